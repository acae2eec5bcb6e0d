"""Words that name no theme: they stand in texts about anything."""

# Times, quantities, people as such, places as such, gestures of writing: never in a label, not even in a phrase.
VAGUE: frozenset[str] = frozenset(
    # when
    "처음 마지막 나중 사이 동안 동시 당장 당시 당일 그때 그날 그동안 그대로 언제 어제 내일 모레 하루 이틀 사흘 "
    "일주일 한달 매일 "
    "매주 매달 매월 매년 올해 작년 내년 지난달 지난해 지난번 지난주 요일 월요일 화요일 수요일 목요일 금요일 "
    "토요일 일요일 주말 "
    "평일 아침 점심 오전 오후 계절 시절 옛날 예전 최근 날짜 기간 순간 평생 평소 항상 가끔 자주 계속 주일 연말 "
    "연초 분기 봄 여름 "
    "가을 겨울 이쯤 요즈음 저번 지난 아까 이미 아직 벌써 바로 이번 "
    # how much
    "조금 약간 많이 전부 전체 일부 절반 나머지 대부분 얼마 여럿 각각 각자 서로 혼자 같이 함께 평균 최소 최대 "
    "합계 퍼센트 미터 "
    "킬로 제곱미터 만원 천원 백만 천만 몇몇 이만큼 얼마나 가지 개월 차례 번째 군데 마리 그루 세트 여부 금액 "
    "왕복 중간 "
    # who
    "사람 사람들 아저씨 아주머니 어른 엄마 아빠 아버지 어머니 아들 남편 아내 손주 동생 친구 선생 선생님 사장 "
    "사장님 할머니 "
    "할아버지 가족 주인 도민 구민 군민 시민 남자 여자 젊은이 당사자 자식 식구 손님 옆집 누군가 성인 "
    # where
    "자리 바닥 아래 위쪽 아래쪽 가운데 건너 근처 주변 안쪽 바깥 거리 곳곳 여기 저기 거기 어디 장소 현장 위치 "
    "구간 입구 동네 "
    "이쪽 저쪽 그쪽 시내 읍내 시청 구청 군청 도청 "
    # what is said and written of
    "시작 마감 확인 연락 연락처 번호 사진 문자 종이 말씀 얘기 소리 소식 글씨 글자 이름 얼굴 화면 그림 숫자 "
    "표시 목록 내용물 메일 "
    "대답 요구 물건 것들 나이 "
    # how it feels, and in what manner
    "미안 죄송 고생 자랑 공감 싫어 좋아 실제 사실 정상 원칙 노력 약속 방식 방향 목적 역할 수준 종류 형태 모양 "
    "색깔 크기 길이 높이 "
    "무게 기분 느낌 관심 걱정 고민 결국 완전 직접 별도 따로 임시 제대로 덕분 노릇 정작 그거 이거 저거 어쩌다 "
    "무슨 어떤 모든 다른 "
    "아무 무언가 어차피 오히려 역시 아마 상관 관계 대신 의심 멀쩡 간단 이해 중요 소용 인정 필수".split()
)

# Words of every office and every procedure: a label only together with another word (통합 신청, 민원 담당자).
WEAK: frozenset[str] = frozenset(
    "기관 부서 통장 담당 담당자 담당관 직원 공무원 센터 주민센터 사무소 사무실 본부 단체 위원 위원회 회원 회의 모임 "
    "행사 창구 업무 공문 "
    "규정 규칙 기준 조건 조사 검토 처리 조치 관리 지원 지원금 참여 협의 협약 협력 공개 공공 공동 공유 등록 "
    "발급 변경 교체 추가 정비 "
    "정리 점검 보고 신고 단속 금지 허가 의무 책임 확정 자동 무료 유료 이동 도착 출발 출근 퇴근 대기 대상자 "
    "기회 경험 실패 성공 순서 "
    "단계 지도 예약 시범 시험 제안자 준비 선택 결정 공간 건물 답변 설명 질문 전화 서류 신청 접수 안내 자료 "
    "정보 기록 마을 주민 이웃 "
    "아이 저녁 새벽 야간 가입 계약 조정 활동 상담 회사 가게 업체 인원 가구 세대 도시 지하 개방 회관 고장 박스 "
    "상자 온라인".split()
)

# English function words, and the commonest words of any English letter.
ENGLISH: frozenset[str] = frozenset(
    "about above after again all also am an and another any anyone anything are as ask at back be because been before "
    "being below between both but by call can cannot come could day did do does doing done down each end even ever "
    "every everyone few find first for form found from get give go going good got had has have he hear help her here "
    "hers him his hour how if in into is it its just keep know last let like line live lot made make many may me mean "
    "month more most much must my name near need never new next night no nobody none nor not nothing now of off often "
    "old on once only or other others our out over own pay people per person place please put really right said same "
    "say see she should since small so some someone something still such take tell than thank thanks that the their "
    "them then there these they thing this those through time to today together told too try under until up us use "
    "used very want was way we week well went were what when where which while who why will with without work would "
    "year yes yet you your one two three four five six seven eight nine ten eleven "
    # ends of words that the analyser cuts off
    "ed er ers ing ion ift liv ll ly re ter ve".split()
)
