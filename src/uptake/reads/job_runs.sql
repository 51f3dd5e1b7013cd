select * from job_runs
