"""The slow oracle: the score computed a second time, from the documents alone, without SQL and without product code."""
