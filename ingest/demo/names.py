"""Names as they are borne: surnames by frequency, middle and given names by sex and decade."""

import random
from collections.abc import Mapping, Sequence

# Shares per thousand among the Kinh, after surveys of family names.
SURNAMES = {
    "Nguyễn": 384, "Trần": 110, "Lê": 95, "Phạm": 71, "Hoàng": 51, "Phan": 45, "Vũ": 39, "Đặng": 21,
    "Bùi": 20, "Đỗ": 14, "Hồ": 13, "Ngô": 13, "Dương": 10, "Lý": 5, "Võ": 29, "Huỳnh": 12, "Trương": 12,
    "Đinh": 10, "Đoàn": 8, "Mai": 8, "Lâm": 6, "Trịnh": 6, "Đào": 6, "Cao": 5, "Hà": 4, "Lưu": 3, "Tạ": 3,
}  # fmt: skip

# Ethnic groups (official number) whose surnames differ from the Kinh's.
OTHER_SURNAMES: Mapping[str, Sequence[str]] = {
    "02": ("Nông", "Hoàng", "Lương", "Ma", "Bế", "Đàm", "Lục"),
    "03": ("Lò", "Quàng", "Cà", "Lường", "Vi", "Tòng", "Lô"),
    "04": ("Trần", "Lý", "Quách", "Lâm", "Vương", "Lưu", "Huỳnh"),
    "05": ("Thạch", "Sơn", "Kim", "Danh", "Châu", "Lâm"),
    "06": ("Bùi", "Đinh", "Quách", "Hà", "Bạch"),
    "07": ("Nông", "Lương", "Vi", "Triệu", "Hứa", "Phùng"),
    "08": ("Giàng", "Vàng", "Sùng", "Thào", "Lý", "Mùa", "Hạng"),
    "09": ("Triệu", "Bàn", "Đặng", "Chảo", "Tẩn", "Phùng"),
    "10": ("Rơ Châm", "Ksor", "Siu", "Rahlan"),
    "12": ("Niê", "Mlô", "Kbuôr", "Ayun"),
    "17": ("Đàng", "Bá", "Quảng", "Châu", "Thành"),
}

MALE_MIDDLE = {
    1950: ("Văn", "Văn", "Văn", "Đình", "Hữu", "Xuân", "Ngọc", ""),
    1975: ("Văn", "Văn", "Đức", "Quang", "Minh", "Thanh", "Hữu", "Xuân"),
    1995: ("Minh", "Đức", "Quang", "Tuấn", "Anh", "Văn", "Hoàng", "Gia"),
    2010: ("Minh", "Gia", "Bảo", "Nhật", "Hoàng", "Đăng", "Tuấn", "Quốc"),
}
FEMALE_MIDDLE = {
    1950: ("Thị", "Thị", "Thị", "Thị", "Thị", "Ngọc", "Kim", ""),
    1975: ("Thị", "Thị", "Thị", "Thanh", "Ngọc", "Thu", "Kim", "Thúy"),
    1995: ("Thị", "Thu", "Ngọc", "Phương", "Thanh", "Khánh", "Thùy", "Hồng"),
    2010: ("Bảo", "Ngọc", "Khánh", "Gia", "Minh", "Phương", "An", "Thảo"),
}
MALE_GIVEN = {
    1950: ("Hùng", "Dũng", "Thắng", "Bình", "Sơn", "Hòa", "Tám", "Năm", "Chiến", "Thành", "Lợi", "Phúc"),
    1975: ("Hùng", "Tuấn", "Cường", "Hải", "Long", "Nam", "Dũng", "Thành", "Trung", "Tùng", "Sơn", "Quân"),
    1995: ("Anh", "Huy", "Đức", "Tuấn", "Hiếu", "Long", "Nam", "Minh", "Đạt", "Quang", "Thành", "Phong"),
    2010: ("Khôi", "Phúc", "Bảo", "Khang", "Minh", "Anh", "Huy", "Đăng", "Quân", "Kiệt", "Nguyên", "Lâm"),
}
FEMALE_GIVEN = {
    1950: ("Lan", "Hoa", "Hồng", "Loan", "Bé", "Liên", "Nga", "Mai", "Tuyết", "Bảy", "Thanh", "Xuân"),
    1975: ("Hương", "Hà", "Hằng", "Thủy", "Nga", "Thảo", "Lan", "Dung", "Oanh", "Hạnh", "Yến", "Phượng"),
    1995: ("Linh", "Trang", "Anh", "Hương", "Huyền", "Phương", "Thảo", "Ngọc", "Mai", "Nhung", "Vy", "My"),
    2010: ("Anh", "Chi", "Linh", "Vy", "Nhi", "Ngân", "An", "Hân", "Ngọc", "Trâm", "Thư", "Quỳnh"),
}

ENTERPRISE_FIELDS = (
    "Thương mại", "Dịch vụ", "Xây dựng", "Đầu tư", "Sản xuất", "Xuất nhập khẩu", "Vận tải", "Công nghệ",
    "Du lịch", "Nông sản", "Cơ khí", "Bao bì", "Thực phẩm", "Dệt may", "Nội thất", "Thủy sản",
)  # fmt: skip
ENTERPRISE_FIRST = (
    "An", "Bảo", "Đại", "Đông", "Gia", "Hải", "Hoàng", "Hồng", "Kim", "Minh", "Nam", "Ngọc", "Phú", "Quang",
    "Tân", "Thái", "Thành", "Thiên", "Trường", "Việt",
)  # fmt: skip
ENTERPRISE_SECOND = (
    "An", "Anh", "Bình", "Cường", "Dương", "Đạt", "Hà", "Hưng", "Khang", "Lâm", "Long", "Lợi", "Nguyên",
    "Phát", "Phong", "Sơn", "Tâm", "Thịnh", "Tiến", "Vinh",
)  # fmt: skip


def surname(source: random.Random, ethnicity: str) -> str:
    """A family name of the ethnic group; `ethnicity` is its official number."""
    if ethnicity in OTHER_SURNAMES:
        return source.choice(OTHER_SURNAMES[ethnicity])
    return source.choices(list(SURNAMES), list(SURNAMES.values()))[0]


def person(source: random.Random, family: str, sex: str, year: int) -> str:
    """Family, middle and given name of someone of that sex born in that year."""
    male = sex == "male"
    middle = source.choice(_of(MALE_MIDDLE if male else FEMALE_MIDDLE, year))
    given = source.choice(_of(MALE_GIVEN if male else FEMALE_GIVEN, year))
    return " ".join(part for part in (family, middle if middle != given else "", given) if part)


def enterprise(source: random.Random, kind: str) -> str:
    """A trade name behind the words for the enterprise's type."""
    fields = " ".join(source.sample(ENTERPRISE_FIELDS, source.choice((1, 1, 2))))
    return f"{kind} {fields} {source.choice(ENTERPRISE_FIRST)} {source.choice(ENTERPRISE_SECOND)}"


def _of(table: Mapping[int, Sequence[str]], year: int) -> Sequence[str]:
    """The names of the last period that had begun; the first one for people older than all."""
    begun = [start for start in table if start <= year]
    return table[max(begun)] if begun else table[min(table)]
