"""Airflow DAG: the mid-term notebook once a quarter by PapermillOperator, then the Word file by nbconvert."""

# 需要 apache-airflow-providers-papermill；kepu-eval 装在同一环境，或装在名为 python3 的内核所在环境。

import datetime as dt

from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

FOLDER = "/srv/kepu"
EXECUTED = f"{FOLDER}/reports/{{{{ ds }}}}.ipynb"

with DAG(
    dag_id="kepu_eval_midterm",
    schedule="0 6 5 1,4,7,10 *",
    start_date=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    catchup=False,
) as dag:
    run = PapermillOperator(
        task_id="run",
        input_nb=f"{FOLDER}/notebooks/midterm_self_assessment.ipynb",
        output_nb=EXECUTED,
        parameters={
            "returns": f"{FOLDER}/data/ledger.sqlite",
            "survey": "",
            "decisions": "",
            "as_of": "2023-12-31",
        },
    )
    export = BashOperator(task_id="export", bash_command=f"jupyter nbconvert --to kepu_docx '{EXECUTED}'")
    run >> export
