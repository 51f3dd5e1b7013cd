select * from s.person_leaderboard
