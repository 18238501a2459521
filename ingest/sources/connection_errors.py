"""What can go wrong with a connection, said without its password."""

from graph.errors import Place, SettingError, SourceError
from graph.text import Text


def bad_address(name: str, scheme: str, port: int) -> SettingError:
    """An address that cannot be read; nothing of it is repeated."""
    return SettingError(
        Text(f"Địa chỉ của kết nối «{name}» sai.", f"The address of the connection “{name}” is wrong."),
        hint=Text(
            f"Dạng: {scheme}://tài-khoản:mật-khẩu@máy-chủ:{port}/csdl; ký tự @ và / viết %40, %2F.",
            f"Its form: {scheme}://user:password@server:{port}/database; write @ and / as %40, %2F.",
        ),
    )


def no_connection(name: str, kind: str, told: str) -> SourceError:
    """The server does not answer, or does not let us in."""
    return SourceError(
        Text(f"Không kết nối được: {told}", f"No connection: {told}"),
        hint=Text(
            "Kiểm tra máy chủ, mạng và quyền của tài khoản trong LIENTHONG_CONNECTIONS.",
            "Look at server, network and the account's rights in LIENTHONG_CONNECTIONS.",
        ),
        place=Place(file=f"{kind}:{name}"),
    )
