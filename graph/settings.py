"""Every setting: a name, a default, a sentence. `lienthong config` prints them."""

import difflib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from graph.errors import SettingError
from graph.iris import DEFAULT_BASE
from graph.text import Text

ROOT = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024
DEMO_SECRET = "lienthong-demo"
_PREFIX = "LIENTHONG_"


def _setting(default: Any, vi: str, en: str, **limits: Any) -> Any:
    return Field(default, description=f"{vi} / {en}", **limits)


class Settings(BaseSettings):
    """Read from the environment (`LIENTHONG_…`) and from `lienthong.toml` in the working directory."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        toml_file="lienthong.toml",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    base_iri: str = _setting(
        DEFAULT_BASE,
        "Gốc của mọi IRI; kết thúc bằng dấu /.",
        "Base of every IRI the service makes; ends with a slash.",
    )
    data_dir: Path = _setting(
        Path("data"),
        "Thư mục chứa phiên bản, thế hệ và sổ đăng ký.",
        "Folder of versions, generations and the registry.",
    )
    sources_dir: Path = Field(
        default_factory=lambda given: given.get("data_dir", Path("data")) / "sources",
        description="Thư mục tệp nguồn các cơ quan gửi đến; mặc định: sources trong thư mục dữ liệu. / "
        "Folder of the source files that agencies send; default: sources in the data folder.",
    )
    identity_secret: SecretStr = _setting(
        SecretStr(DEMO_SECRET),
        "Khóa bí mật để băm số định danh cá nhân thành khóa trong IRI; mặc định chỉ dùng để chạy thử.",
        "Secret that turns a citizen number into the key of an IRI; the default is for demonstration only.",
    )
    connections: dict[str, SecretStr] = _setting(
        {},
        "Kết nối tới cơ sở dữ liệu của các cơ quan, dạng JSON: tên → postgresql://…, mysql://… hoặc "
        "sqlite:///tệp.db; ánh xạ chỉ nêu tên.",
        "Connections to agencies' databases, as JSON: name → postgresql://…, mysql://… or sqlite:///file.db; "
        "mappings state the name only.",
    )
    source_max_mb: int = _setting(
        32 * 1024,
        "Dung lượng lớn nhất của một nguồn sau khi giải nén, MiB.",
        "Largest size of a source once it is unpacked, in MiB.",
        ge=1,
    )
    source_max_ratio: int = _setting(
        200,
        "Một byte của tệp nén được phình thành nhiều nhất bao nhiêu byte.",
        "Most bytes that one byte of a packed source may become.",
        ge=2,
    )
    http_hosts: list[str] = _setting(
        [],
        "Máy chủ API được phép gọi khi đọc nguồn, dạng JSON: tên, tên:cổng, *.miền; địa chỉ nội bộ "
        "phải có thêm dải mạng (10.1.2.0/24).",
        "Servers of APIs that sources may be read from, as JSON: name, name:port, *.domain; private "
        "addresses need their network besides (10.1.2.0/24).",
    )
    http_credentials: dict[str, SecretStr] = _setting(
        {},
        "Khóa của các API, dạng JSON: tên → «https://máy-chủ Tiêu-đề: giá trị»; ánh xạ chỉ nêu tên.",
        "Keys of APIs, as JSON: name → “https://server Header: value”; mappings state the name only.",
    )
    http_timeout: float = _setting(
        120.0,
        "Số giây tối đa chờ một câu trả lời của API.",
        "Seconds that one answer of an API may take.",
        gt=0,
    )
    oidc_issuer: str = _setting(
        "",
        "Nơi cấp mã truy cập (OpenID Connect), https://…; để trống thì không nhận mã truy cập.",
        "Issuer of tokens (OpenID Connect), https://…; without one no tokens are taken.",
    )
    oidc_audience: str = _setting(
        "lienthong",
        "Mã truy cập phải được cấp cho tên này (aud).",
        "Whom tokens must have been issued for (aud).",
    )
    oidc_algorithms: list[str] = _setting(
        ["RS256", "ES256"],
        "Thuật toán ký mã truy cập được chấp nhận, dạng JSON.",
        "Algorithms by which tokens may be signed, as JSON.",
    )
    oidc_claim: str = _setting(
        "groups",
        "Mục của mã truy cập nêu các nhóm của một người; dấu chấm đi vào bên trong.",
        "Claim of a token that names a person's groups; dots lead inside.",
    )
    oidc_grants: dict[str, list[str]] = _setting(
        {},
        "Quyền khai thác của mỗi nhóm, dạng JSON: nhóm → danh sách bộ-dữ-liệu:loại hoặc "
        "bộ-dữ-liệu:loại@ngày-cuối.",
        "Grants of each group, as JSON: group → list of dataset:class or dataset:class@last-day.",
    )
    language: str = _setting(
        "vi",
        "Ngôn ngữ khi người gọi không chọn: vi hoặc en.",
        "Language of texts where the caller asks for none: vi or en.",
    )
    host: str = _setting("127.0.0.1", "Địa chỉ dịch vụ lắng nghe.", "Address the service listens on.")
    port: int = _setting(8000, "Cổng dịch vụ lắng nghe.", "Port the service listens on.", ge=1, le=65535)
    workers: int = _setting(
        2, "Số tiến trình trả lời truy vấn.", "Processes that evaluate queries.", ge=1, le=64
    )
    spare_workers: int = _setting(
        1,
        "Số tiến trình trả lời truy vấn khởi động sẵn ngoài số trên: thay cho tiến trình bị dừng, và dành "
        "chỗ cho người gọi khác khi một người dùng hết phần của mình.",
        "Processes that evaluate queries beyond those: they stand in for one that was stopped, and for the "
        "next caller where one holds as many as it may.",
        ge=0,
        le=64,
    )
    columns_workers: int = _setting(
        1,
        "Số tiến trình trả lời truy vấn từ cột dữ liệu.",
        "Processes that evaluate queries over columns.",
        ge=1,
        le=64,
    )
    workers_ahead: bool = _setting(
        True,
        "Khởi động các tiến trình ấy cùng dịch vụ; nếu không, mỗi tiến trình khởi động khi cần lần đầu: đỡ "
        "tốn bộ nhớ, và người hỏi đầu tiên phải chờ.",
        "These processes are started with the service; otherwise each when it is first needed, which takes "
        "less memory and lets the first caller wait.",
    )
    query_engine: Literal["both", "oxigraph", "columns"] = _setting(
        "both",
        "Bộ máy trả lời truy vấn: both chọn cái nhanh hơn; cái được nêu tên trả lời một mình.",
        "Engine that answers queries: both takes the faster one; one that is named answers alone.",
    )
    store: str = _setting(
        "",
        "Máy chủ SPARQL 1.1 trả lời truy vấn thay cho các bộ máy ở đây, http(s)://…; để trống thì không có.",
        "SPARQL 1.1 server that answers queries instead of the engines here, http(s)://…; without one they "
        "do.",
    )
    store_graphs: str = _setting(
        "",
        "Nơi máy chủ ấy nhận đồ thị (Graph Store Protocol), http(s)://…; phải có khi có máy chủ.",
        "Where that server takes graphs (Graph Store Protocol), http(s)://…; needed where there is one.",
        validate_default=True,
    )
    store_credentials: SecretStr = _setting(
        SecretStr(""),
        "Tài khoản ở máy chủ ấy, tên:mật-khẩu (Basic hoặc Digest).",
        "Account at that server, user:password (Basic or Digest).",
    )
    queue: int = _setting(
        64,
        "Số truy vấn được chờ trước khi báo bận.",
        "Queries that may wait for a worker before callers are told to try again.",
        ge=0,
    )
    caller_queue: int = _setting(
        32,
        "Số truy vấn của một người gọi được chờ.",
        "Queries of one caller that may wait for a worker.",
        ge=0,
    )
    caller_rate: int = _setting(
        60_000,
        "Số yêu cầu mỗi phút của một người gọi; người ẩn danh được phân biệt theo địa chỉ mạng; 0: không "
        "giới hạn.",
        "Requests a minute of one caller; callers without a key are told apart by their address; 0: any "
        "number.",
        ge=0,
    )
    query_timeout: float = _setting(
        10.0, "Số giây tối đa của một truy vấn.", "Seconds a query may take; then it is stopped.", gt=0
    )
    query_memory_mb: int = _setting(
        4096,
        "Bộ nhớ (không gian địa chỉ) của một tiến trình truy vấn, MiB.",
        "Address space of one query worker, in MiB.",
        ge=256,
    )
    query_max_bytes: int = _setting(
        64 * MIB,
        "Câu trả lời lớn nhất được gửi, byte.",
        "Largest answer that is sent, in bytes.",
        ge=1024,
    )
    cache_mb: int = _setting(
        64,
        "Bộ nhớ giữ câu trả lời cho người hỏi lại đúng truy vấn đó trên đúng những đồ thị đó, MiB; 0: không "
        "giữ.",
        "Memory for answers kept for whoever asks the same of the same graphs, in MiB; 0: none are kept.",
        ge=0,
    )
    query_max_length: int = _setting(
        100_000, "Truy vấn dài nhất, ký tự.", "Longest query text, in characters.", ge=100
    )
    query_max_depth: int = _setting(
        64, "Độ lồng ngoặc sâu nhất của truy vấn.", "Deepest nesting of brackets in a query.", ge=4
    )
    query_max_optionals: int = _setting(
        24, "Số phần OPTIONAL nhiều nhất.", "Most OPTIONAL parts in a query.", ge=1
    )
    update_default_graph: str = _setting(
        "",
        "Đồ thị mà cập nhật không nêu đồ thị ghi vào; để trống thì cập nhật phải nêu.",
        "Graph that updates which name none write to; without one they have to name it.",
    )
    update_max_mb: int = _setting(
        16,
        "Dung lượng lớn nhất của một cập nhật hay một đồ thị gửi đến, MiB.",
        "Largest update, or graph that is sent to be kept, in MiB.",
        ge=1,
    )
    update_timeout: float = _setting(
        600.0,
        "Số giây tối đa để kiểm tra và công bố một cập nhật đã tính xong.",
        "Seconds that checking and publishing an update may take once it has been evaluated.",
        gt=0,
    )
    validate_max_mb: int = _setting(
        64,
        "Dung lượng lớn nhất gửi đến /validate, MiB.",
        "Largest body that /validate takes, in MiB.",
        ge=1,
    )
    validate_small_kb: int = _setting(
        1024,
        "Gửi lớn hơn mức này thì không chờ: trả về địa chỉ để xem kết quả sau, KiB.",
        "Larger bodies are not waited for: the answer says where the report will be, in KiB.",
        ge=0,
    )
    validate_wait: float = _setting(
        20.0,
        "Số giây chờ kết quả một lần kiểm tra nhỏ trước khi trả về địa chỉ để xem sau.",
        "Seconds that a small check is waited for before the answer says where the report will be.",
        ge=0,
    )
    validate_timeout: float = _setting(
        600.0,
        "Số giây tối đa của một lần kiểm tra.",
        "Seconds a check may take; then it is stopped.",
        gt=0,
    )
    validate_memory_mb: int = _setting(
        8192,
        "Bộ nhớ (không gian địa chỉ) của một tiến trình kiểm tra, MiB.",
        "Address space of one process that checks, in MiB.",
        ge=256,
    )
    validate_workers: int = _setting(
        1, "Số lần kiểm tra chạy cùng lúc.", "Checks that run at a time.", ge=1, le=64
    )
    validate_queue: int = _setting(
        16,
        "Số lần kiểm tra được chờ trước khi báo bận.",
        "Checks that may wait before callers are told to try again.",
        ge=0,
    )
    validate_keep: float = _setting(
        3600.0,
        "Số giây giữ báo cáo của một lần kiểm tra; sau đó không còn gì của nó.",
        "Seconds that the report of a check is kept; then nothing of it is left.",
        gt=0,
    )
    jobs_timeout: float = _setting(
        600.0,
        "Số giây tối đa của một tác vụ truy vấn (POST /jobs).",
        "Seconds that the query of a job may take (POST /jobs).",
        gt=0,
    )
    jobs_workers: int = _setting(
        1, "Số tác vụ truy vấn chạy cùng lúc.", "Jobs that run at a time.", ge=1, le=64
    )
    jobs_kept: int = _setting(
        20, "Số tác vụ mỗi người được giữ.", "Jobs that one caller may keep.", ge=1, le=1000
    )
    jobs_keep: float = _setting(
        86_400.0,
        "Số giây giữ kết quả của một tác vụ; sau đó không còn gì của nó.",
        "Seconds that the result of a job is kept; then nothing of it is left.",
        gt=0,
    )
    columns_memory_mb: int = _setting(
        2048, "Bộ nhớ DuckDB được dùng, MiB.", "Memory that DuckDB may use, in MiB.", ge=128
    )
    columns_threads: int = _setting(2, "Số luồng DuckDB được dùng.", "Threads that DuckDB may use.", ge=1)
    generations_kept: int = _setting(
        5, "Số thế hệ giữ lại để quay lui.", "Published generations kept for rollback.", ge=1
    )
    ontology_dir: Path = _setting(
        ROOT / "ontology", "Thư mục ontology (Turtle).", "Folder of the ontology's Turtle files."
    )
    shapes_dir: Path = _setting(ROOT / "shapes", "Thư mục hình dạng SHACL.", "Folder of the SHACL shapes.")
    datasets_dir: Path = _setting(
        ROOT / "ingest" / "datasets",
        "Thư mục các bộ dữ liệu.",
        "Folder of the data sets' folders.",
    )
    queries_dir: Path = _setting(
        ROOT / "queries",
        "Thư mục câu hỏi mẫu liên ngành (*.rq).",
        "Folder of the example questions across agencies (*.rq).",
    )
    suites: Path = _setting(
        ROOT.parent / "shared" / "suites",
        "Thư mục bộ kiểm thử của các tiêu chuẩn (chỉ dùng khi kiểm thử).",
        "Folder of the standards' test suites (tests only).",
    )

    @field_validator("base_iri")
    @classmethod
    def _absolute_and_closed(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")) or not value.endswith("/"):
            raise ValueError("must begin with http:// or https:// and end with /")
        return value

    @field_validator("language")
    @classmethod
    def _spoken(cls, value: str) -> str:
        if value not in ("vi", "en"):
            raise ValueError("must be vi or en")
        return value

    @field_validator("store", "store_graphs")
    @classmethod
    def _address_of_a_server(cls, value: str, given: ValidationInfo) -> str:
        if value:
            address = urlsplit(value)
            if address.scheme not in ("http", "https") or not address.hostname:
                raise ValueError("must begin with http:// or https://")
            if "@" in address.netloc or address.query or address.fragment:
                raise ValueError(
                    "must have no user, query or fragment; LIENTHONG_STORE_CREDENTIALS has the user"
                )
        if given.field_name == "store" and value and given.data.get("query_engine") != "both":
            raise ValueError("a server answers alone: leave LIENTHONG_QUERY_ENGINE out")
        if given.field_name == "store_graphs" and bool(value) != bool(given.data.get("store")):
            raise ValueError("LIENTHONG_STORE and LIENTHONG_STORE_GRAPHS are both needed, or neither")
        return value

    @field_validator("store_credentials")
    @classmethod
    def _user_and_password(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and ":" not in value.get_secret_value():
            raise ValueError("must be user:password")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls))

    def describe(self) -> list[tuple[str, Any, Any, str]]:
        """Name of the environment variable, value, default and sentence of each setting."""
        return [
            (f"{_PREFIX}{name.upper()}", _shown(value), _shown(default), field.description or "")
            for name, field in type(self).model_fields.items()
            for value, default in [(getattr(self, name), self._default(name))]
        ]

    def _default(self, name: str) -> Any:
        return (
            type(self).model_fields[name].get_default(call_default_factory=True, validated_data=self.__dict__)
        )


def _shown(value: Any) -> Any:
    """A secret is never shown, only whether it is the one that everybody knows; of connections the names."""
    if isinstance(value, dict | list):
        return ", ".join(value) or "–"
    if value == "":
        return "–"
    if not isinstance(value, SecretStr):
        return value
    if not value.get_secret_value():
        return "–"
    return "(demo)" if value.get_secret_value() == DEMO_SECRET else "(đặt/set)"


_JSON_EXAMPLES = {
    "connections": Text('{"tên": "postgresql://…"}', '{"name": "postgresql://…"}'),
    "oidc_algorithms": Text('["RS256", "ES256"]', '["RS256", "ES256"]'),
    "oidc_grants": Text('{"nhóm": ["gov-dossiers:shared"]}', '{"group": ["gov-dossiers:shared"]}'),
    "http_hosts": Text('["api.moh.gov.vn"]', '["api.moh.gov.vn"]'),
    "http_credentials": Text(
        '{"tên": "https://máy-chủ Authorization: Bearer …"}',
        '{"name": "https://server Authorization: Bearer …"}',
    ),
}


_NEAR = 0.65
"""How alike names are, from 0 to 1 (difflib), where one is taken for the other misspelled."""


def load(**given: Any) -> Settings:
    """The settings of this process. Raises SettingError naming the setting and what would have worked."""
    _refuse_misspelled(os.environ)
    try:
        return Settings(**given)
    except SettingsError as wrong:
        # Names the field, says nothing of its value.
        field = next((name for name in _JSON_EXAMPLES if f'"{name}"' in str(wrong)), "connections")
        example = _JSON_EXAMPLES[field]
        raise SettingError(
            Text(f"{_PREFIX}{field.upper()} không phải JSON.", f"{_PREFIX}{field.upper()} is not JSON."),
            hint=Text(f"Viết: {example.vi}", f"Write: {example.en}"),
        ) from wrong
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = _PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        known = ", ".join(f"{_PREFIX}{field.upper()}" for field in Settings.model_fields)
        raise SettingError(
            Text(
                f"Thiết lập {name} không dùng được: {first['msg']}",
                f"Setting {name} cannot be used: {first['msg']}",
            ),
            hint=Text(f"Các thiết lập: {known}", f"Settings: {known}")
            if first["type"] == "extra_forbidden"
            else Text("Xem: lienthong config", "See: lienthong config"),
        ) from wrong


def _refuse_misspelled(names: Iterable[str]) -> None:
    """Refuses variables that are nearly settings: nobody would see that they do nothing."""
    for name in names:
        written = name.removeprefix(_PREFIX).lower()
        if not name.startswith(_PREFIX) or written in Settings.model_fields:
            continue
        if near := difflib.get_close_matches(written, Settings.model_fields, n=1, cutoff=_NEAR):
            meant = f"{_PREFIX}{near[0].upper()}"
            raise SettingError(
                Text(f"Không có thiết lập {name}.", f"There is no setting {name}."),
                hint=Text(f"Có phải {meant}? Xem: lienthong config", f"Is it {meant}? See: lienthong config"),
            )
