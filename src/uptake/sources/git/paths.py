"""The class and language of a file by its path, which is read in memory and dropped. The first rule that holds decides."""

from __future__ import annotations

import re
from functools import lru_cache

from uptake.model.commits import CODE, CONFIG, DOCS, GENERATED, OTHER, TEST

_LANGUAGES = {
    "python": "py pyi pyx ipynb", "javascript": "js jsx mjs cjs", "typescript": "ts tsx mts cts", "java": "java", "kotlin": "kt kts",
    "scala": "scala sc", "groovy": "groovy gradle", "c": "c h", "c++": "cc cpp cxx hh hpp hxx ipp", "c#": "cs csx", "f#": "fs fsx",
    "visual basic": "vb vbs bas", "go": "go", "rust": "rs", "swift": "swift", "objective-c": "m mm", "ruby": "rb rake erb",
    "php": "php phtml", "perl": "pl pm", "lua": "lua", "r": "r rmd", "julia": "jl", "dart": "dart", "elixir": "ex exs", "erlang": "erl hrl",
    "haskell": "hs lhs", "clojure": "clj cljs cljc edn", "ocaml": "ml mli", "sql": "sql ddl dml plsql pks pkb", "shell": "sh bash zsh ksh fish",
    "powershell": "ps1 psm1", "batch": "bat cmd", "cobol": "cbl cob cpy", "pl/i": "pli", "jcl": "jcl", "rpg": "rpg rpgle", "abap": "abap",
    "sas": "sas", "matlab": "mat mlx", "fortran": "f f90 f95 for", "assembler": "asm s", "html": "html htm xhtml", "css": "css scss sass less styl",
    "vue": "vue", "svelte": "svelte", "template": "j2 jinja jinja2 tmpl mustache hbs ejs", "terraform": "tf tfvars hcl", "protobuf": "proto",
    "graphql": "graphql gql", "solidity": "sol", "zig": "zig", "nim": "nim", "cuda": "cu cuh", "verilog": "v sv vhd", "q": "q k",
}  # fmt: skip
_LANGUAGE = {ending: language for language, endings in _LANGUAGES.items() for ending in endings.split()}
_DOCS = frozenset(["md", "mdx", "markdown", "rst", "adoc", "asciidoc", "txt", "tex", "org", "pod"])
_CONFIG = frozenset(
    [
        "json",
        "json5",
        "jsonc",
        "yml",
        "yaml",
        "toml",
        "ini",
        "cfg",
        "conf",
        "properties",
        "env",
        "xml",
        "plist",
        "csproj",
        "vbproj",
        "fsproj",
        "sln",
        "props",
        "targets",
        "pom",
        "editorconfig",
        "lock",
        "nix",
        "cmake",
    ]
)
_CODE_NAMES = {
    "makefile": "make", "gnumakefile": "make", "justfile": "make", "dockerfile": "dockerfile", "containerfile": "dockerfile",
    "jenkinsfile": "groovy", "rakefile": "ruby", "gemfile": "ruby", "vagrantfile": "ruby",
}  # fmt: skip
_DOCS_NAMES = re.compile(
    r"(?:readme|changelog|changes|license|licence|copying|notice|authors|contributing|contributors|security|codeowners)"
)
_GENERATED_FOLDERS = frozenset(
    [
        "vendor",
        "node_modules",
        "third_party",
        "thirdparty",
        "dist",
        "build",
        "out",
        "target",
        "generated",
        "__generated__",
        "gen",
        "__pycache__",
        ".venv",
        "site-packages",
        "__snapshots__",
    ]
)
_GENERATED_NAME = re.compile(
    r".*(?:\.min\.(?:js|css)|\.map|_pb2(?:_grpc)?\.pyi?|\.pb\.(?:go|cc|h)|\.pb\.gw\.go|\.g\.(?:cs|dart)|\.designer\.cs|\.generated\.[a-z]+"
    r"|_generated\.[a-z]+|\.lock|-lock\.(?:json|yaml)|\.snap|go\.sum|npm-shrinkwrap\.json)"
)
_TEST_FOLDERS = frozenset(
    [
        "test",
        "tests",
        "testing",
        "__tests__",
        "spec",
        "specs",
        "e2e",
        "testdata",
        "test-data",
        "fixtures",
        "__mocks__",
        "mocks",
    ]
)
_TEST_NAME = re.compile(
    r"(?:test_.*|conftest|.*_test|.*_tests|.*_spec|.*\.test|.*\.tests|.*\.spec|.*\.cy|.*\.e2e|tests?)\.[a-z0-9]+"
)
_TEST_CLASS = re.compile(r"(?:.*[a-z0-9])?(?:Test|Tests|TestCase|IT|Spec)\.(?:java|kt|cs|scala|groovy|swift|php|vb|fs)")
_PACKAGES = re.compile(r"(?:.*requirements.*|constraints.*|cmakelists)\.txt")
"""Lists of packages and of what is built, which end as prose does."""
_DOCS_FOLDERS = frozenset(["doc", "docs", "documentation"])
_CONFIG_FOLDERS = frozenset((".github", ".gitlab", ".circleci", ".vscode", ".idea", ".devcontainer"))
KEPT = 65_536


@lru_cache(maxsize=KEPT)
def path_class(path: bytes) -> tuple[str, str]:
    """(class, language) of a path as git gives it; the language is empty where none is known."""
    *folders, name = path.decode("utf-8", "replace").split("/")
    plain, around = name.lower(), frozenset(folder.lower() for folder in folders)
    language = _language(plain)
    return _class(name, plain, around, language), language


def _language(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    if name in _CODE_NAMES or stem in _CODE_NAMES:
        return _CODE_NAMES.get(name) or _CODE_NAMES[stem]
    return _LANGUAGE.get(ending, "") if dot and stem else ""


def _class(name: str, plain: str, around: frozenset[str], language: str) -> str:
    ending = plain.rpartition(".")[2]
    if around & _GENERATED_FOLDERS or _GENERATED_NAME.fullmatch(plain):
        return GENERATED
    if around & _TEST_FOLDERS or _TEST_NAME.fullmatch(plain) or _TEST_CLASS.fullmatch(name):
        return TEST
    if _PACKAGES.fullmatch(plain):
        return CONFIG
    if ending in _DOCS or _DOCS_NAMES.fullmatch(plain.partition(".")[0]) or (around & _DOCS_FOLDERS and not language):
        return DOCS
    if around & _CONFIG_FOLDERS or plain.startswith(".") or (ending in _CONFIG and "." in plain):
        return CONFIG
    return CODE if language else OTHER
