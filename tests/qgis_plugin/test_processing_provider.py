"""The plugin in a real QGIS without a window: its tools run ``spots`` and load styled layers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.helpers.folders import ROOT
from tests.helpers.qgis import clean_environment, qgis
from tests.helpers.small_job import write_job
from tests.helpers.system import program

pytestmark = pytest.mark.slow  # QGIS starts for each

PLUGINS = ROOT / "qgis_plugin"
SPOTS = shutil.which("spots", path=str(Path(sys.executable).parent))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's folder in which the plugin is switched on."""
    folder = tmp_path_factory.mktemp("home")
    folder.chmod(0o700)
    answer(["plugins", "enable", "shortage_spots"], folder)
    return folder


def environment(home: Path, language: str = "ja_JP") -> dict[str, str]:
    return clean_environment() | {
        "HOME": str(home),
        "LANG": f"{language}.UTF-8",
        "LANGUAGE": language,
        "QGIS_PLUGINPATH": str(PLUGINS),
        "QT_QPA_PLATFORM": "offscreen",
        "SPOTS_COMMAND": str(SPOTS),
        "XDG_RUNTIME_DIR": str(home),
        # What a QGIS sets for itself must not reach the Python of `spots`.
        "PYTHONSTARTUP": "/nowhere",
    }


def answer(words: list[str], home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    # Debian's wrapper of 3.22 hands on an option that the program does not know.
    tool = program("qgis_process.bin", "qgis_process", package="qgis")
    return subprocess.run(
        [tool, *words],
        capture_output=True,
        text=True,
        check=False,
        env=environment(home) | more,
        timeout=300,
    )


def run_tool(home: Path, name: str, **given: object) -> dict:
    words = [f"{key}={value}" for key, value in given.items()]
    done = answer(["run", f"shortage_spots:{name}", "--json", "--", *words], home)
    assert done.returncode == 0, done.stderr + done.stdout
    return json.loads(done.stdout[done.stdout.index("{") :])["results"]


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_job(tmp_path_factory.mktemp("仕事 & 100%"))


@pytest.fixture(scope="module")
def result(home: Path, job: Path) -> dict:
    return run_tool(home, "run", RUN_FILE=job, OUTPUT=job.parent / "結果")


def test_tools_are_offered_in_japanese(home):
    listed = answer(["list"], home).stdout
    for name, title in (
        ("init", "実行ファイルを作る"),
        ("run", "判定して作図する"),
        ("locate", "医療機関が区域に入るか調べる"),
        ("diff", "2つの結果を比べる"),
    ):
        assert f"shortage_spots:{name}\t{title}" in listed


def test_init_makes_a_run_file_that_runs(home, tmp_path):
    data = write_job(tmp_path / "データ", {"run.toml": None}).parent
    for name, title in (
        ("base", "へき地医療拠点病院"),
        ("clinics", "へき地診療所"),
        ("hospitals", "二次救急病院"),
        ("index", "医師偏在指標_2024-01"),
    ):
        (data / f"{name}.csv").rename(data / f"{title}.csv")
    made = run_tool(home, "init", PREFECTURE="熊本", DATA=data, OUTPUT=tmp_path / "新しい仕事")
    judged = run_tool(home, "run", RUN_FILE=made["RUN_FILE"], OUTPUT=tmp_path / "結果")
    assert judged["DESIGNATED"] > 0
    assert judged["LAYERS"]


def test_run_writes_the_folder_and_loads_its_layers(result):
    folder = Path(result["OUTPUT"])
    counts = json.loads((folder / "run.json").read_text(encoding="utf-8"))["counts"]
    assert result["DESIGNATED"] == counts["designated"] > 0
    assert result["UNDETERMINED"] == counts["undetermined"]
    assert Path(result["MAP"]).is_file()
    assert len(result["LAYERS"]) >= 5


def test_a_run_without_layers_says_why_and_ends_well(home, tmp_path):
    bare = write_job(tmp_path / "bare")
    text = bare.read_text(encoding="utf-8").replace("[run]", "[run]\noutputs = []")
    bare.write_text(text, encoding="utf-8")
    words = ["run", "shortage_spots:run", "--", f"RUN_FILE={bare}", f"OUTPUT={tmp_path / 'out'}"]
    done = answer(words, home)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "geopackage" in done.stdout + done.stderr
    assert (tmp_path / "out" / "run.json").is_file()


def test_an_older_result_is_kept_unless_asked(home, result, job):
    words = [f"RUN_FILE={job}", f"OUTPUT={result['OUTPUT']}"]
    again = answer(["run", "shortage_spots:run", "--", *words], home)
    assert again.returncode != 0
    assert "[output-exists]" in again.stdout + again.stderr
    assert run_tool(home, "run", RUN_FILE=job, OUTPUT=result["OUTPUT"], OVERWRITE="true")


def test_faults_of_the_data_are_told_in_full(home, tmp_path):
    broken = write_job(tmp_path / "broken")
    broken.write_text(broken.read_text(encoding="utf-8") + "\n[nonsense]\n", encoding="utf-8")
    words = [f"RUN_FILE={broken}", f"OUTPUT={tmp_path / 'out'}"]
    done = answer(["run", "shortage_spots:run", "--", *words], home)
    assert done.returncode != 0
    assert "nonsense" in done.stdout + done.stderr
    assert not (tmp_path / "out" / "run.json").exists()


def test_without_spots_the_remedy_is_told(home, job, tmp_path):
    words = [f"RUN_FILE={job}", f"OUTPUT={tmp_path / 'out'}"]
    done = answer(["run", "shortage_spots:run", "--", *words], home, SPOTS_COMMAND="/nowhere/spots")
    assert done.returncode != 0
    assert "spots コマンドが見つかりません" in done.stdout + done.stderr


def test_locate_answers_for_a_file_and_for_a_layer(home, result, job, tmp_path):
    shown = run_tool(
        home,
        "locate",
        RESULT=result["OUTPUT"],
        LIST=job.parent / "hospitals.csv",
        OUTPUT=tmp_path / "a.geojson",
    )
    answers = json.loads(Path(shown["OUTPUT"]).read_text(encoding="utf-8"))["features"]
    assert len(answers) == 4
    again = run_tool(
        home,
        "locate",
        RESULT=result["OUTPUT"],
        LAYER=f"{result['OUTPUT']}/facilities.geojson",
        OUTPUT=tmp_path / "b.geojson",
    )
    by_name = {
        f["properties"]["name"]: f["properties"]["standing"]
        for f in json.loads(Path(again["OUTPUT"]).read_text(encoding="utf-8"))["features"]
    }
    for each in answers:
        assert by_name[each["properties"]["name"]] == each["properties"]["standing"]


def test_locate_wants_one_list(home, result, tmp_path):
    words = [f"RESULT={result['OUTPUT']}", f"OUTPUT={tmp_path / 'a.geojson'}"]
    done = answer(["run", "shortage_spots:locate", "--", *words], home)
    assert done.returncode != 0
    assert "どちらか一方" in done.stdout + done.stderr


def test_diff_shows_what_changed(home, result, job, tmp_path):
    same = run_tool(
        home, "diff", OLD=result["OUTPUT"], NEW=result["OUTPUT"], OUTPUT=tmp_path / "same"
    )
    assert same["LAYERS"] == []
    text = job.read_text(encoding="utf-8")
    other = job.with_name("other.toml")
    other.write_text(
        text.replace('preset = "kumamoto"', 'preset = "kumamoto"\noverride.circle.radius_m = 5000'),
        encoding="utf-8",
    )
    new = run_tool(home, "run", RUN_FILE=other, OUTPUT=tmp_path / "new")
    changed = run_tool(
        home, "diff", OLD=result["OUTPUT"], NEW=new["OUTPUT"], OUTPUT=tmp_path / "changed"
    )
    assert len(changed["LAYERS"]) == 2
    assert Path(changed["MAP"]).is_file()


STYLED = """
import json, os
sys.path[:0] = ["/usr/share/qgis/python/plugins", os.environ["PLUGINS"]]
from processing.core.Processing import Processing
Processing.initialize()
from shortage_spots.provider import ShortageSpotsProvider
provider = ShortageSpotsProvider()
QgsApplication.processingRegistry().addProvider(provider)
tool = QgsApplication.processingRegistry().createAlgorithmById("shortage_spots:run")
context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
context.setProject(QgsProject.instance())
given = {"RUN_FILE": sys.argv[1], "OUTPUT": sys.argv[2], "OVERWRITE": True}
results, fine = tool.run(given, context, feedback)
store = context.temporaryLayerStore()
layers = [store.mapLayer(each) for each in results["LAYERS"]]
settings = QgsMapSettings()
settings.setLayers(layers)
settings.setOutputSize(QSize(900, 700))
settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:6670"))
settings.setExtent(settings.fullExtent())
job = QgsMapRendererParallelJob(settings)
job.start()
job.waitForFinished()
job.renderedImage().save(sys.argv[3])
print(json.dumps({
    "fine": fine,
    "waiting": len(context.layersToLoadOnCompletion()),
    "layers": [[l.name(), l.renderer().type(), l.featureCount()] for l in layers],
}))
"""


def test_layers_come_with_the_styles_of_the_run(job, tmp_path, monkeypatch):
    monkeypatch.setenv("PLUGINS", str(PLUGINS))
    monkeypatch.setenv("SPOTS_COMMAND", str(SPOTS))
    picture = tmp_path / "qgis.png"
    printed = qgis(STYLED, job, tmp_path / "styled", picture)
    told = json.loads(printed.splitlines()[-1])
    assert told["fine"]
    assert told["waiting"] == len(told["layers"])
    kinds = {name: kind for name, kind, _ in told["layers"]}
    assert kinds["医療機関と判定"] in {"categorizedSymbol", "RuleRenderer"}
    assert kinds["医師少数スポット（案）"] in {"categorizedSymbol", "RuleRenderer"}
    assert picture.stat().st_size > 5_000


def test_the_zip_holds_the_plugin_and_nothing_else(tmp_path):
    import importlib.util  # noqa: PLC0415

    spec = importlib.util.spec_from_file_location("make_zip", PLUGINS / "make_zip.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    module.pack(first)
    module.pack(second)
    assert first.read_bytes() == second.read_bytes()
    names = zipfile.ZipFile(first).namelist()
    assert {
        "shortage_spots/__init__.py",
        "shortage_spots/metadata.txt",
        "shortage_spots/LICENSE",
    } <= set(names)
    assert all(n.startswith("shortage_spots/") and "__pycache__" not in n for n in names)


def test_versions_agree():
    import tomllib  # noqa: PLC0415

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    metadata = (PLUGINS / "shortage_spots" / "metadata.txt").read_text(encoding="utf-8")
    assert f"version={project['version']}\n" in metadata
    assert (PLUGINS / "shortage_spots" / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert (PLUGINS / "shortage_spots" / "icon.svg").is_file()
