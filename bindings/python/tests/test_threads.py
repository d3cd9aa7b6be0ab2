"""One network under several threads of Python, and under fork()."""

import os
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest

import chainrule

X = np.random.default_rng(0).random((5000, 20))
Y = (X[:, :1] > 0.5).astype(np.float64)


def in_threads(*jobs):
    """Runs the jobs at the same time and returns what they raised."""
    raised = []

    def run(job):
        try:
            job()
        except Exception as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def steps_of(trainer, count=40):
    def job():
        for _ in range(count):
            trainer.step(X, Y)

    return job


def test_one_network_is_trained_by_one_thread_at_a_time():
    network = chainrule.Network.mlp(20, [64], 1, dtype="float64")
    one, other = chainrule.Trainer(network), chainrule.Trainer(network)
    for jobs in ([steps_of(one), steps_of(other)], [steps_of(one), steps_of(one), steps_of(one)]):
        for error in in_threads(*jobs):
            assert isinstance(error, chainrule.StateError)
            assert "another thread is training this network" in str(error)
    # The refused call changed nothing.
    assert np.isfinite(one.step(X, Y).loss)
    assert len(network.parameters) == 20 * 64 + 64 + 64 + 1


def test_one_network_predicts_for_many_threads_at_once():
    network = chainrule.Network.mlp(20, [64], 1, dtype="float64")
    expected = network.predict(X)
    wrong = []

    def predicting(rows):
        def job():
            for _ in range(50):
                if not np.array_equal(network.predict(X[:rows]), expected[:rows]):
                    wrong.append(rows)

        return job

    assert in_threads(*(predicting(rows) for rows in (1, 300, 5000, 1, 5000))) == []
    assert wrong == []


@pytest.mark.parametrize("warm_start", [False, True])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_one_estimator_is_fitted_by_one_thread_at_a_time(warm_start):
    pytest.importorskip("sklearn")
    model = chainrule.MLPClassifier((16,), max_iter=20, random_state=0, warm_start=warm_start, n_iter_no_change=50)
    labels = Y[:, 0]
    has_begun, has_tried = threading.Event(), threading.Event()

    def wait_for_the_other(_):
        has_begun.set()
        assert has_tried.wait(60)

    def fit_in_between():
        assert has_begun.wait(60)
        try:
            model.fit(X, labels)
        finally:
            has_tried.set()

    model.callbacks = [wait_for_the_other]
    (error,) = in_threads(lambda: model.fit(X, labels), fit_in_between)
    assert isinstance(error, chainrule.StateError)
    assert "another thread is fitting this estimator" in str(error)
    assert model.score(X, labels) > 0.5
    model.callbacks = None
    assert model.fit(X, labels).n_iter_ == 20


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_callback_may_fit_its_estimator_again():
    pytest.importorskip("sklearn")
    model = chainrule.MLPClassifier((4,), max_iter=3, random_state=0)

    def fit_again(_):
        model.callbacks = None
        model.fit(X, Y[:, 0])

    model.callbacks = [fit_again]
    assert model.fit(X, Y[:, 0]).predict(X[:2]).shape == (2,)


def test_a_network_in_training_can_be_read():
    network = chainrule.Network.mlp(20, [64], 1, dtype="float64")
    trainer = chainrule.Trainer(network)
    size = len(network.parameters)
    is_over = threading.Event()
    seen = []

    def look():
        while not is_over.is_set():
            seen.append(len(network.parameters))
            assert network.weights[0].shape == (20, 64)
            assert network.predict(X[:2]).shape == (2, 1)
            assert len(network.copy().parameters) == size

    def train():
        try:
            steps_of(trainer, 60)()
        finally:
            is_over.set()

    assert in_threads(train, look) == []
    assert seen and set(seen) == {size}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_child_of_fork_starts_threads_of_its_own():
    code = """
import os, signal, sys, warnings
warnings.simplefilter("ignore")
import numpy as np, chainrule
x = np.random.default_rng(0).random((600, 40)); y = x[:, :1]
network = chainrule.Network.mlp(40, [300, 100], 1)
trainer, idle = chainrule.Trainer(network, threads=2), chainrule.Trainer(network.copy(), threads=2)
trainer.step(x, y); idle.step(x, y)
child = os.fork()
step = None
if child == 0:
    signal.alarm(60)
    del idle
    step = trainer.step(x, y)
    del trainer
    os._exit(0 if np.isfinite(step.loss) else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, (run.returncode == -signal.SIGALRM, run.stderr)
