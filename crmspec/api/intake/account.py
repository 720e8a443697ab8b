"""`import`: open the project and the target, read, write the files, and note it in the state."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crmspec.api.check import check_workspace
from crmspec.api.deploy import BrokenProjectError, Patience, opened, settled
from crmspec.api.examine import READ_ONLY
from crmspec.api.intake.bring import bring, keep
from crmspec.api.workspace import load
from crmspec.diagnostics import text
from crmspec.diagnostics.report import Report
from crmspec.engine.apply import of_account
from crmspec.engine.error import SelectionError
from crmspec.ir.project import Paths

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmspec.api.deploy import Deployment
    from crmspec.api.intake.bring import Brought
    from crmspec.engine.resource import Address


@contextmanager
def opening(
    path: Path | None,
    target: str | None,
    state_folder: Path | None = None,
    patience: Patience | None = None,
) -> Iterator[Deployment]:
    """Open a target for a project that may be empty, and may have conflicts.

    Raises:
        BrokenProjectError: a part of the project cannot be read: its names are not known.
        EngineError: the target is unknown, a secret is missing, the state is damaged.
    """
    workspace = load(() if path is None else (path,), project=True, bare=True)
    result = check_workspace(workspace, wanted=READ_ONLY, everywhere=False)
    settled(result)
    if result.lost:
        raise BrokenProjectError(Report.of(result.lost, result.report.sources))
    with opened(result, target, state_folder, patience) as found:
        yield found


def take(
    deployment: Deployment, folder: Path | None, terms: Sequence[str], *, dry: bool = False
) -> Brought:
    """Bring the account into files below a folder of the project; `dry` writes nothing.

    Raises:
        SelectionError: a term names nothing, or the folder is none of the project's.
        FileExistsError: a file appeared meanwhile; nothing is left of what was written.
        WrongAccountError: the state is about another account.
    """
    home = _below(deployment, folder)
    if dry:
        return bring(deployment, home, terms)
    with deployment.store.lock():
        of_account(deployment.store.load(), deployment.provider.whoami())
        made = bring(deployment, home, terms)
        if made.entries:
            _write(deployment, made)
            keep(deployment, made)
        return made


def _below(deployment: Deployment, folder: Path | None) -> str:
    """Return the folder by its path in the project."""
    root = deployment.result.workspace.root
    homes = (deployment.result.program.project.paths or Paths()).campaigns
    if folder is None:
        return homes[0]
    given = Path(folder).absolute()
    for home in homes:
        if given.resolve().is_relative_to((root / home).resolve()):
            return given.resolve().relative_to(root.resolve()).as_posix()
    raise SelectionError(
        text("`{folder}` is not where the project has its campaigns", folder=str(folder)),
        text("choose a folder in {homes}", homes=", ".join(f"`{home}`" for home in homes)),
    )


def _write(deployment: Deployment, made: Brought) -> None:
    """Add the files; not one of them may be there."""
    program, root = deployment.result.program, deployment.result.workspace.root
    templates = (program.project.paths or Paths()).templates
    texts = {root / path: one for path, one in made.written.files.items()}
    texts |= {root / templates / path: one for path, one in made.written.templates.items()}
    done: list[Path] = []
    try:
        for path, one in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="") as file:
                done.append(path)
                file.write(one)
    except BaseException:
        for path in done:
            path.unlink(missing_ok=True)
        raise


def homes(made: Brought) -> dict[str, list[Address]]:
    """Return what stands in each file."""
    found: dict[str, list[Address]] = {path: [] for path in made.written.files}
    for address, (path, _, _) in made.written.entries.items():
        found[path].append(address)
    return found
