"""Draws of the demo: their moments, and quotas that are exact."""

from uptake.demo.draws import beta, count, gamma, normal, pick, portions, stream


def test_draws_have_their_moments():
    draw = stream(1, 2)
    size = 20_000
    for values, mean, deviation in (
        ([normal(draw) for _ in range(size)], 0, 1),
        ([gamma(draw, 4) for _ in range(size)], 4, 2),
        ([beta(draw, 2, 9) for _ in range(size)], 2 / 11, 0.1113),
        ([beta(draw, 8, 2.5) for _ in range(size)], 8 / 10.5, 0.1256),
        ([count(draw, 6.0) for _ in range(size)], 6, (6 + 36 / 3) ** 0.5),
    ):
        found = sum(values) / size
        spread = (sum((value - found) ** 2 for value in values) / size) ** 0.5
        assert abs(found - mean) < 5 * deviation / size**0.5
        assert abs(spread - deviation) < 0.04 * deviation


def test_quotas_are_exact():
    draw = stream(1, 3)
    assert sorted(pick(draw, range(10), 10)) == list(range(10))
    assert len(set(pick(draw, range(10), 4))) == 4
    assert len(pick(draw, range(3), 9)) == 3
    assert portions(10, [1, 1, 1]) == [4, 3, 3]
    assert sum(portions(593, [0.3, 2.2, 1.7])) == 593
