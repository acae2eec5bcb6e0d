"""Words that a general dictionary lacks: places of the province and the metropolis, and words of administration."""

SEOUL = (
    "종로구 중구 용산구 성동구 광진구 동대문구 중랑구 성북구 강북구 도봉구 노원구 은평구 서대문구 마포구 양천구 강서구 "
    "구로구 금천구 영등포구 동작구 관악구 서초구 강남구 송파구 강동구"
).split()
GYEONGGI = (
    "수원시 성남시 의정부시 안양시 부천시 광명시 평택시 동두천시 안산시 고양시 과천시 구리시 남양주시 오산시 시흥시 "
    "군포시 의왕시 하남시 용인시 파주시 이천시 안성시 김포시 화성시 광주시 양주시 포천시 여주시 연천군 가평군 양평군"
).split()
SPECIAL = "서울시 서울특별시 경기도 수원특례시 고양특례시 용인특례시 화성특례시 창원특례시 인천시 인천광역시 부산시 대구시 대전시 울산시 세종시".split()

PLACES: frozenset[str] = frozenset([*SEOUL, *GYEONGGI, *SPECIAL])
# 고양시 -> 고양; one-syllable stems (중구) are no names by themselves.
BASES: dict[str, str] = {p: p[:-1] for p in [*SEOUL, *GYEONGGI] if len(p) > 2} | {
    "서울시": "서울",
    "서울특별시": "서울",
    "경기도": "경기",
    "인천시": "인천",
    "인천광역시": "인천",
    "부산시": "부산",
    "대구시": "대구",
    "대전시": "대전",
    "울산시": "울산",
    "세종시": "세종",
    "수원특례시": "수원",
    "고양특례시": "고양",
    "용인특례시": "용인",
    "화성특례시": "화성",
    "창원특례시": "창원",
}
# A long official form and the everyday form are one place.
SAME: dict[str, str] = {"서울특별시": "서울시", "인천광역시": "인천시"} | {
    f"{c}특례시": f"{c}시" for c in ("수원", "고양", "용인", "화성", "창원")
}

# Compounds are listed only where the dictionary would cut them into something else (층간 -> 층 + 가다).
ADMINISTRATIVE: tuple[str, ...] = tuple(
    "층간 담당관 사회혁신 주민센터 행정복지센터 주민자치 주민자치회 주민참여 참여예산 조례 특례시 자치구 시군구 읍면동 구청 군청 시청 "
    "도청 시의회 도의회 구의회 군의회 통장 이장 반장 따릉이 리빙랩 고독사 도시재생 마을버스 저상버스 스쿨존 어린이보호구역 킥라니 "
    "킥보드 전동킥보드 공유킥보드 길고양이 베이비부머 신중년 이모작 사회적경제 사회적기업 협동조합 공공임대 임대주택 매입임대 "
    "역세권 재건축 재개발 젠트리피케이션 상생 갑질 워라밸 돌봄 온종일돌봄 초등돌봄 아이돌봄 공유공간 무장애 배리어프리 "
    "제로웨이스트 업사이클 업사이클링 분리배출 재활용품 음식물쓰레기 의류수거함 흡연구역 금연구역 지역화폐 전통시장 골목상권 "
    "프랜차이즈 가맹점 하도급 최저임금 주휴수당 비정규직 무기계약직 공익제보 옴부즈만 규제샌드박스 스마트시티 빅데이터 오픈데이터 "
    "공공데이터 챗봇 키오스크 제로페이 상수도 하수도 싱크홀 포트홀 볼라드 점자블록 횡단보도 육교 과속방지턱 불법주차 주정차 "
    "소상공인 미세먼지 신도시 경로당 지역아동센터 어린이집 국공립 유치원 산후조리원 난임 다문화 이주민 탈북민 장애인 휠체어".split()
)

# Verbs too light to search by: left out of the index and of queries alike.
# Words that lose against another reading unless pushed.
FORCED: frozenset[str] = frozenset({"층간", "따릉이", "킥라니", "리빙랩"})

STOP: frozenset[str] = frozenset(
    "하다 되다 있다 없다 않다 이다 아니다 같다 주다 보다 그렇다 이렇다 어떻다 저렇다 말다 드리다 바라다 싶다 못하다 위하다 대하다 "
    "통하다 관하다 의하다 따르다 그러다 이러다 받다 시키다 당하다 지다 오다 가다 나다 내다 들다 만들다 알다 모르다 갖다 가지다 여쭈다 올리다".split()
)
# Words so general that neither a label nor a shared word would tell a reader anything.
EMPTY_LABELS: frozenset[str] = STOP | frozenset(
    "생각 부탁 감사 안녕 때문 경우 정도 이상 이하 이후 이전 관련 대하여 제안 청원 건의 의견 사항 내용 필요 문제 사람 것 수 등 "
    "저희 우리 여러분 그것 이것 진짜 정말 요즘 현재 지금 오늘 부분 자체 가능 통해 위해 대해 때 점 곳 분 중 안 번 말 일 년 월 명 개 "
    "대통령 국민 나라 정부 대한민국 한국 사회 서울시 서울 서울특별시 시민 이유 방법 결과 상황 시간 하나 모두 다음 이번 누구 무엇 "
    "자신 본인 세상 대상 국가 문재인 대통령님 해결 이용 사용 방안 개선 시행 진행 실시 운영 마련 해당 발생 제도 정책 지역 사업 "
    "생활 활용 효과 기대 현황 문제점 개선방안 기대효과 추진 계획 설치 시설 확대 강화 반대 찬성 요청 촉구 폐지 개정 "
    "첨부 파일 참고 참조 이야기 마음 존경 희망 불편 필요성 서울시민".split()
)
