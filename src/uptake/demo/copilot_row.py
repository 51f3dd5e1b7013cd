"""One row of the users-1-day report, with the full field set of SOURCES.md 4.2."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from uptake.demo import names
from uptake.demo.telemetry import Use

Feature = tuple[str, int, int, int, int, int, int]
"""feature, prompts, generations, acceptances, lines suggested, lines added, lines deleted"""

_COUNTERS = (
    '"user_initiated_interaction_count":%d,"code_generation_activity_count":%d,"code_acceptance_activity_count":%d,'
    '"loc_suggested_to_add_sum":%d,"loc_suggested_to_delete_sum":0,"loc_added_sum":%d,"loc_deleted_sum":%d'
)
_NO_PROMPTS = _COUNTERS.partition(",")[2]
_FEATURE = '{"feature":"%s",' + _COUNTERS + "}"
_LANGUAGES = ("java", "python", "typescript", "sql", "kotlin")
_MODELS = ("claude-sonnet-4.6", "gpt-5.2", "auto", "unknown")
_JETBRAINS = 4
"""Of so many seats, one works in a JetBrains IDE."""
_PHASES = ("No Cohort", "Phase 1", "Phase 2", "Phase 3")


@dataclass(frozen=True, slots=True)
class Counts:
    """The counters of one row or of many; the top level equals the sum over features (rule R-CP-1)."""

    features: tuple[Feature, ...]
    prompts: int
    generations: int
    accepts: int
    suggested: int
    added: int
    deleted: int

    @classmethod
    def over(cls, features: Iterable[Feature]) -> Counts:
        every = tuple(features)
        sums = [sum(column) for column in list(zip(*every, strict=True))[1:]] if every else [0] * 6
        return cls(every, *sums)

    @classmethod
    def total(cls, rows: Iterable[Counts]) -> Counts:
        sums = [0] * 6
        for row in rows:
            for place, value in enumerate(
                (row.prompts, row.generations, row.accepts, row.suggested, row.added, row.deleted)
            ):
                sums[place] += value
        return cls((), *sums)

    def halved(self) -> Counts:
        """What an early version of a day knew of it."""
        return Counts.over((name, *(value // 2 for value in values)) for name, *values in self.features)  # type: ignore[misc]


def counts_of(use: Use) -> Counts:
    """How one seat's day splits over the features."""
    if not use.prompts and not use.shown:
        return Counts.over(())
    spice, left = use.spice, use.prompts
    cli = left // 2 if use.seat.command_line else 0
    left -= cli
    agent = left // 2 if spice & 1 else 0
    plan = 1 if left - agent >= 4 and spice & 2 else 0
    inline = (left - agent - plan) // 4
    ask = left - agent - plan - inline
    features: list[Feature] = [("code_completion", 0, use.shown, use.accepts, use.shown * 2, use.accepts * 2, 0)]
    if ask:
        features.append(("chat_panel_ask_mode", ask, ask + (spice >> 2 & 3), 0, ask * 4, 0, 0))
    if inline:
        features.append(("chat_inline", inline, inline, 0, inline * 5, 0, 0))
    if plan:
        features.append(("chat_panel_plan_mode", plan, plan, 0, 0, 0, 0))
    if agent:
        edits = agent * 3 + (spice >> 4 & 7)
        features.append(("chat_panel_agent_mode", agent, agent, 0, 0, 0, 0))
        features.append(("agent_edit", 0, edits, edits // 2, 0, edits * 9, edits * 2))
    if cli:
        features.append(("copilot_cli", cli, cli + 1, cli, 0, cli * 11, cli * 2))
    return Counts.over(features)


def user_row(use: Use, counts: Counts, day: dt.date, number: int) -> str:
    """The JSON object of one account on one day. A row of zeros is a client that reports, no more (rule C5)."""
    by_name = {feature[0]: feature for feature in counts.features}
    chat = any(name.startswith("chat_") for name in by_name)
    agent = "chat_panel_agent_mode" in by_name
    heavy = use.prompts > 8
    cloud = _truth(heavy and use.spice >> 8 & 31 == 0)
    review = _truth(True) if heavy and use.spice >> 13 & 15 == 0 else "null"
    phase = 0 if not use.prompts else 2 if agent else 1
    return (
        f'{{"user_id":{use.seat.user_id},"user_login":"{use.seat.name_on(day)}","day":"{day}",'
        f'"enterprise_id":"{names.ENTERPRISE}",'
        + _COUNTERS
        % (counts.prompts, counts.generations, counts.accepts, counts.suggested, counts.added, counts.deleted)
        + f',"totals_by_ide":[{_ide(use, counts, day, number)}],"totals_by_feature":['
        + ",".join([_FEATURE % feature for feature in counts.features])
        + f'],{_cuts(use, counts)},"used_agent":{_truth(agent)},"used_chat":{_truth(chat)},'
        f'"used_cli":{_truth("copilot_cli" in by_name)},"used_copilot_coding_agent":{cloud},'
        f'"used_copilot_cloud_agent":{cloud},"used_copilot_code_review_active":{review},'
        f'"used_copilot_code_review_passive":null,'
        f'"ai_adoption_phase":{{"phase_number":{phase},"phase":"{_PHASES[phase]}","version":"v1"}}'
        f"{_cli(by_name.get('copilot_cli'), day)}}}"
    )


def _truth(flag: object) -> str:
    return "true" if flag else "false"


def _ide(use: Use, counts: Counts, day: dt.date, number: int) -> str:
    """The IDE with its versions; too old until a seat's client is updated (rule R-CP-7)."""
    old = number <= use.seat.old_client_until
    if use.seat.number % _JETBRAINS == 0:
        ide, version, plugin, plugin_version = "intellij", "2025.2.1", "copilot", "1.5.40" if old else "1.5.58"
    else:
        ide, plugin = "vscode", "copilot-chat"
        version, plugin_version = ("1.102.3", "0.29.1") if old else ("1.112.0", "0.36.1")
    values = (counts.prompts, counts.generations, counts.accepts, counts.suggested, counts.added, counts.deleted)
    at = f'"sampled_at":"{day}T08:00:00Z"'
    return (
        f'{{"ide":"{ide}",{_COUNTERS % values},"last_known_ide_version":{{"ide_version":"{version}",{at}}},'
        f'"last_known_plugin_version":{{"plugin":"{plugin}","plugin_version":"{plugin_version}",{at}}}}}'
    )


def _cuts(use: Use, counts: Counts) -> str:
    """Other cuts of the same numbers, one entry each: by language and feature, language and model, model and feature."""
    if not counts.features:
        return '"totals_by_language_feature":[],"totals_by_language_model":[],"totals_by_model_feature":[]'
    language, model = _LANGUAGES[use.seat.number % len(_LANGUAGES)], _MODELS[use.spice & 3]
    whole = (counts.generations, counts.accepts, counts.suggested, counts.added, counts.deleted)
    first = counts.features[0]
    return (
        f'"totals_by_language_feature":[{{"language":"{language}","feature":"{first[0]}",{_NO_PROMPTS % first[2:]}}}],'
        f'"totals_by_language_model":[{{"language":"{language}","model":"{model}",{_NO_PROMPTS % whole}}}],'
        f'"totals_by_model_feature":[{{"model":"{model}","feature":"{first[0]}",{_COUNTERS % first[1:]}}}]'
    )


def _cli(feature: Feature | None, day: dt.date) -> str:
    if feature is None:
        return ""
    prompts, requests = feature[1], feature[1] * 4
    return (
        f',"totals_by_cli":{{"session_count":{1 + prompts // 5},"request_count":{requests},"prompt_count":{prompts},'
        f'"token_usage":{{"output_tokens_sum":{requests * 350},"prompt_tokens_sum":{requests * 4200},'
        f'"avg_tokens_per_request":null}},'
        f'"last_known_cli_version":{{"cli_version":"1.0.35","sampled_at":"{day}T08:00:00Z"}}}}'
    )
