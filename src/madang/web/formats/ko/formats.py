"""Korean puts the half of the day before the hour: 2026년 4월 20일 오전 9:00."""

DATETIME_FORMAT = "Y년 n월 j일 A g:i"
SHORT_DATETIME_FORMAT = "Y. n. j. A g:i"
TIME_FORMAT = "A g:i"
