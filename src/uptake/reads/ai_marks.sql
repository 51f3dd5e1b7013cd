select * from s.ai_marks
