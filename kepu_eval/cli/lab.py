"""`kepu-eval lab`: JupyterLab at the first notebook."""

from __future__ import annotations

from pathlib import Path

import click

from kepu_eval.cli.common import in_chinese


@click.command(help="打开 JupyterLab（中文菜单）：从 start_here 开始，收表、待核问题、报告、导出都有按钮。")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="文件夹",
    help="工作文件夹（默认为当前的工作文件夹，没有时为用户文件夹下的“科学素质评估”）",
)
@click.argument("jupyter", nargs=-1, type=click.UNPROCESSED, metavar="[-- JupyterLab的选项]")
@in_chinese
def lab(folder: Path | None, jupyter: tuple[str, ...]) -> None:
    """Make the folder of work what it should be, and stay until JupyterLab ends."""
    import signal
    import webbrowser
    from contextlib import suppress

    from kepu_eval.runner import lab as office

    place = office.folder_of_work(folder)
    for kept in office.prepare(place):
        click.secho(f"随程序更新；您改过的另存为“{kept}”", fg="yellow", err=True)
    click.echo(f"工作文件夹：{place}")
    if address := office.running(place):
        click.echo(f"JupyterLab已经打开：{address}")
        webbrowser.open(address)
        return
    click.echo("正在启动JupyterLab，浏览器会自动打开。")
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # whoever ends this command ends JupyterLab, too
    with suppress(KeyboardInterrupt), office.started(place, jupyter) as process:
        click.echo(f"浏览器没有打开时，把这个网址复制进去：{office.address(place, process)}")
        click.echo("关闭本窗口（或按 Ctrl+C）即退出。")
        try:
            process.wait()
        finally:
            process.terminate()
