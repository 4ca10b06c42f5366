"""Templates fail loudly and escape; static files stay in their folders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import jinja2
import pytest

from maru.settings import Settings
from maru.templating import StaticFolders, make_environment
from maru_devkit.fixtures import Site
from maru_language import add_catalogue, current_locale
from maru_language.catalogues import forget

Portal = Callable[..., Site]


@pytest.fixture
def environment(tmp_path: Path) -> jinja2.Environment:
    """The portal's template environment, without plugins."""
    settings = Settings(data_folder=tmp_path)
    return make_environment(settings, [], StaticFolders(settings, []))


def test_an_undefined_name_fails_loudly(environment: jinja2.Environment) -> None:
    """A slip in a template is an error with the name, not an empty place on the page."""
    for source in ("{{ titel }}", "{% if titel %}x{% endif %}", "{{ titel|default('x') ~ other }}"):
        with pytest.raises(jinja2.UndefinedError, match="is undefined"):
            environment.from_string(source).render(title="제목")


def test_text_is_escaped(environment: jinja2.Environment) -> None:
    """What a person typed is text, in elements and in attributes."""
    page = environment.from_string('<p title="{{ said }}">{{ said }}</p>').render(said='"><script>1</script>')

    assert "<script" not in page
    assert '=""' not in page


def test_filters_write_as_an_office_does(environment: jinja2.Environment) -> None:
    """The filters that page authors are promised are there."""
    source = "{{ 9800|number }} {{ 2100000|filesize }} {{ {'ko': '취합'}|label }} {{ none|day }}{{ none|due }}"

    assert environment.from_string(source).render() == "9,800 2.1 MB 취합 "


@pytest.mark.parametrize("said", ['{{ _("기간") }}', "{% trans %}기간{% endtrans %}"])
def test_a_word_is_what_its_own_package_calls_it(environment: jinja2.Environment, tmp_path: Path, said: str) -> None:
    """In a template, in one that it extends, and in a macro of another package."""
    for name, english in (("maru_first", "Time"), ("maru_second", "Period")):
        (tmp_path / name / "locale").mkdir(parents=True)
        catalogue = f'msgid "기간"\nmsgstr "{english}"\n'
        (tmp_path / name / "locale" / "en.po").write_text(catalogue, encoding="utf-8")
        add_catalogue(tmp_path / name / "locale")
    environment.loader = jinja2.DictLoader(
        {
            "maru/base.html": "{% block content %}{% endblock %}",
            "maru_first/ui.html": "{% macro when() %}" + said + "{% endmacro %}",
            "maru_second/index.html": '{% extends "maru/base.html" %}{% from "maru_first/ui.html" import when %}'
            "{% block content %}" + said + " {{ when() }}{% endblock %}",
        }
    )
    current_locale.set("en")

    page = environment.get_template("maru_second/index.html").render()

    current_locale.set("ko")
    forget(tmp_path)
    assert page == "Period Time"


@pytest.mark.parametrize(
    "path",
    [
        "maru/../__init__.py",
        "maru/..%2f__init__.py",
        "maru/vendor/../../../settings.py",
        "../maru/maru.js",
        "maru//etc/passwd",
        "theme/../theme.toml",
        "nobody/site.css",
        "maru/",
        "maru",
        "maru/maru.js\x00.css",
        "maru\\..\\settings.py",
    ],
)
def test_static_paths_do_not_escape(tmp_path: Path, path: str) -> None:
    """Only files below an owner's static folder have an address."""
    assert StaticFolders(Settings(data_folder=tmp_path), []).find(path) is None


def test_a_link_out_of_the_folder_is_no_way_out(tmp_path: Path) -> None:
    """A symbolic link in a theme leads nowhere outside of it."""
    static = tmp_path / "themes" / "odd" / "static"
    static.mkdir(parents=True)
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    try:
        (static / "link").symlink_to(tmp_path / "secret")
    except OSError:  # Windows asks for a privilege
        pytest.skip("This system makes no symbolic links.")

    found = StaticFolders(Settings(data_folder=tmp_path, themes_path=tmp_path / "themes", theme="odd"), [])

    assert found.find("theme/link") is None


def test_a_missing_static_file_is_an_error_while_the_page_is_made(tmp_path: Path) -> None:
    """A wrong name is found by the first test that draws the page."""
    with pytest.raises(FileNotFoundError, match=r"maru/nothing\.css"):
        StaticFolders(Settings(data_folder=tmp_path), []).address("maru/nothing.css")


def test_static_files_may_be_kept_for_ever(portal: Portal) -> None:
    """With the digest in the address for ever, without it not at all; the type is ours, and nothing is guessed."""
    site = portal()
    client, address = site.client(), site.portal.static.address("maru/maru.js")

    kept, asked, missing = client.get(address), client.get("/static/maru/maru.js"), client.get("/static/maru/none.js")

    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert asked.headers["cache-control"] == "no-cache"
    assert kept.headers["content-type"] == "text/javascript; charset=utf-8"
    assert kept.headers["x-content-type-options"] == "nosniff"
    assert missing.status_code == 404
