"""What a rule that another prefecture borrows still says: title and source of the plan before."""

from __future__ import annotations

from collections.abc import Sequence

from groundfloor.problems import Text


def borrowed(prefecture: Text, keys: Sequence[str]) -> Text:
    """Return that a policy used for another prefecture still speaks of the plan it was made for.

    Councils read it: it says what is so, and the guide where to write what.

    Parameters
    ----------
    prefecture : Text
        The one it was made for.
    keys : sequence of str
        ``"title"`` and ``"source"``, as many as are still the preset's.
    """
    ja, en = _borrowed_keys(keys)
    return Text(
        f"設定基準の{ja}は{prefecture.ja}の文のままです。この都道府県の文に改めてください",
        f"The policy's {en} are still the words of {prefecture.en}; give those of this prefecture",
    )


def borrowed_in_python(prefecture: str, keys: Sequence[str]) -> Text:
    """Return that a policy changed for another prefecture still speaks of the one before.

    Parameters
    ----------
    prefecture : str
        The one before.
    keys : sequence of str
        As for `borrowed`.
    """
    ja, en = _borrowed_keys(keys)
    call = f"changed({', '.join(f'{key}=…' for key in ('prefecture', *keys))})"
    return Text(
        f"設定基準の{ja}は{prefecture}のままです。自らの都道府県の文を書いてください: {call}",
        f"the policy still has the words of {prefecture} for {en}; give your own: {call}",
    )


def _borrowed_keys(keys: Sequence[str]) -> tuple[str, str]:
    labels = {"title": "表題", "source": "根拠"}
    return "と".join(labels[k] for k in keys), " and ".join(keys)
