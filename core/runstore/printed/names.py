"""Names that printed numbers go by: which are surely metrics, which never are, and what a name is made of."""

from __future__ import annotations

import re
from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Sort = Literal["metric", "likely", "other", "noise"]

_METRICS = frozenset(
    "loss losses acc accuracy auc auroc auprc f1 f1score precision recall ap ar map hmean ppl perplexity bleu rouge "
    "meteor cider wer cer per psnr ssim lpips fid iou miou giou dice reward rewards rew return returns score mae mse "
    "rmse mape rmsle smape nll bpc bpb bpd top1 top5 acc1 acc5 prec1 prec5 acc@1 acc@5 prec@1 prec@5 r2 r2score "
    "logloss ndcg mrr kl kld elbo mcc kappa ece merror error@1 error@5 mate mase maoe nds map50 map50-95 map75 f2 "
    "hr ndcg@10 recall@1 recall@5 recall@10 hit@1 hits@1 hits@10 em rec rougel rouge1 rouge2 crossentropy gnorm "
    "learn box recon mask".split()
)
_LIKELY = frozenset(
    "lr learning norm gnorm wps ups fps mfu tps err error entropy temperature grad wpb bsz train valid validation test "
    "mean std best throughput speed time dt value momentum clip kl_coef r p params tokens".split()
)
_SETTINGS = frozenset(
    "weight weights coef coeff coefficient factor alpha beta gamma lambda fn func function type scheduler threshold "
    "tolerance tol patience delta every interval freq frequency max num name size smoothing scale eps epsilon decay "
    "warmup steps epochs count seed dim window".split()
)
_NOISE = frozenset(
    "eta elapsed remaining total rank local_rank global_rank world_size pid seed device gpu cuda node port line shape "
    "size batch_size bs imgsz version v_num date hour minute second left localhost host tcp id code status job jobid "
    "worker workers thread threads cpu python torch utc left time_left exit_code max_steps total_steps "
    "total_epochs num_epochs epochs steps default args at to in of from on with line_no level levelno lineno process "
    "images instances bestiteration".split()
)
STEPS = (
    "global_step globalstep num_updates total_timesteps timesteps step steps iteration iterations iter it update "
    "batch episode round epoch ep".split()
)
"""Names that say how far it is, the more absolute first; what they hold is a step and no metric."""
PREFIXES = frozenset(
    "train training val valid validation test testing eval evaluation dev avg average mean best running total final "
    "top overall smoothed current per token policy value actor critic generator discriminator g d box cls dfl mask "
    "entropy reconstruction recon mlm lm nsp ctc aux contrastive kl learning grad gradient weighted macro micro "
    "median min max mean episode episodic cumulative".split()
)
"""Words that belong to the name behind them: ``average loss``, ``learning rate``."""
ALL_WORDS = frozenset(word for name in (*_METRICS, *STEPS, "lr") for word in re.split(r"[^a-z0-9]+", name) if word)
"""One of these, or ``loss`` or ``acc`` in some word, is in every line that holds a metric."""
_CONTEXT = re.compile(r"(?<![A-Za-z0-9])(valid(?:ation)?|val|test|eval(?:uation)?|dev)(?![A-Za-z0-9_]|\.\w|/)", re.I)
_PART = re.compile(
    r"(?<![A-Za-z0-9])(train(?:ing)?|valid(?:ation)?|val|test|eval(?:uation)?|dev)(?![A-Za-z0-9]|\.\w|/)", re.I
)
_OWN_CONTEXT = re.compile(r"(?<![A-Za-z])(?:train|valid|val(?![a-z])|test|eval|dev(?![a-z]))", re.I)
_EVALUATED = re.compile(r"(?<![A-Za-z])(?:valid|val(?![a-z])|test|eval|dev(?![a-z]))", re.I)
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+[0-9]*|[A-Z]+[0-9]*|[0-9]+")
_FILE = re.compile(
    r"\.(?:py|pyc|cc|cpp|cxx|cu|cuh|c|h|hpp|js|ts|go|rs|java|sh|ipynb|json|yaml|yml|txt|log|pt|pth|ckpt)$"
)


@lru_cache(maxsize=4096)
def sort_of(name: str) -> Sort:
    """What a name stands for: surely a ``metric``, ``likely`` one beside others, ``noise``, or ``other``."""
    lower = name.lower()
    if lower in _NOISE or lower in STEPS or _FILE.search(lower):
        return "noise"
    words = [lower, *(word.lower() for word in _WORDS.findall(name)), *re.split(r"[^a-z0-9@]+", lower)]
    if words[1:2] in (["num"], ["number"], ["max"]) or words[-1] in ("size", "epochs", "steps"):
        return "noise" if "loss" not in words else "other"
    if not _SETTINGS.isdisjoint(words):
        return "other"
    if not _METRICS.isdisjoint(words) or "logloss" in lower or lower.endswith("loss"):
        return "metric"
    return "likely" if not _LIKELY.isdisjoint(words) else "other"


def is_evaluated(name: str) -> bool:
    """Whether the name says that it was measured on other data than those of the training."""
    return _EVALUATED.search(name) is not None


def context_in(text: str) -> str:
    """What the numbers behind ``text`` were measured on, as it says: ``val``, ``test`` ...; empty for training."""
    found = _CONTEXT.search(text)
    return found.group(1).lower() if found else ""


def contexts_in(text: str) -> list[tuple[int, str]]:
    """Where each part of ``text`` begins that says what its numbers were measured on, and that, as `context_in`."""
    found = [(part.end(), part.group(1).lower()) for part in _PART.finditer(text)]
    return [(end, "" if word.startswith("train") else word) for end, word in found]


@lru_cache(maxsize=4096)
def in_context(name: str, context: str) -> str:
    """``name`` with its context before it, unless it says one itself."""
    return name if not context or _OWN_CONTEXT.search(name) else context + "/" + name


@lru_cache(maxsize=4096)
def tidy(phrase: str) -> str:
    """A name as one word: ``elapsed time per iteration (ms)`` is ``elapsed_time_per_iteration_ms``."""
    phrase = re.sub(r"'s\s+", "/", phrase.strip(" \t'\"*"))
    return re.sub(r"\.(?=_|$)", "", re.sub(r"[^\w@./#%-]+", "_", phrase)).strip("_./-")[:120]
