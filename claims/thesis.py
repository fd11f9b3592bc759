"""Which claims can be debated as they stand: a sentence that means the same without its document."""

import re

from claims.features import features, words_of
from claims.lexicons import with_plain_apostrophes
from claims.lint import QuestionText, is_fit, lint
from claims.pipeline import Claim

_FEWEST_WORDS, _MOST_WORDS = 7, 30
_LEAST_CLAIM = 0.7
_DISPUTED = ("judgement", "cause", "modality", "direction")
_OPENER = re.compile(
    r"""^(?: (?: (?: so|but|and|or|yet|still|also|plus|anyhow|anyway|tbh|imo|imho|honestly|frankly|look
      |well|ok
        |okay|in[ ]fact|of[ ]course|therefore|thus|hence|however|moreover|furthermore|finally|first
      |second|third
        |meanwhile|as[ ]a[ ]result|that[ ]said|in[ ]short|in[ ]other[ ]words|to[ ]be[ ]fair
      |for[ ]one[ ]thing
        |for[ ]now|now|again|overall|ultimately|essentially|clearly|obviously|sure|yes|no|true|right
      |agreed )\b,?
      | (?: i[ ](?:(?:still|really|just|also|personally|do|don't)[ ])?(?:think|believe|suspect|agree
      |doubt|guess|expect)
        | my[ ](?:view|take)[ ]is | in[ ]my[ ](?:view|opinion) | it[ ]seems[ ]to[ ]me
        | the[ ](?:point|fact|truth|reality)[ ]is | it[ ]is[ ](?:clear|obvious|likely) )(?:[ ]that)?,?
      | (?:worry|opinion|view|fear|claim|argument)[ ]that
    )[ ] )+""",
    re.IGNORECASE | re.VERBOSE,
)
_TURNS = re.compile(r"\bi (?:\w+ )?(?:doubt|don't)\b", re.IGNORECASE)
_POINTS_OUT = re.compile(
    r"""^(?: this|that|these|those|it|its|it's|they|their|they're|he|his|she|her|here|there(?![ ](?:is
      |are|will)[ ]no)
      |then|such|both|either|neither|another|some|others?|(?:one|most|many)[ ]of|you|your|we|our|i|i'm
      |my|let|suppose
      |imagine|below|above|why|how|what|which|who|when|whether|if|even[ ]if|because|since|although
      |though|while|just
      |not|given|contrary|echoing|viewed|lots|at[ ](?:some[ ]point|least)|as[ ](?:for|the)
      |(?:the|a|an)[ ](?:\w+[ ])?(?:gap|bans?|result|problem|point|issue|reason|danger|idea|thing|list
      |question|bill
        |rest) )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_POINTS_INSIDE = re.compile(
    r"""\b(?: i|i'm|i've|i'd|me|my|we|us|our|you|your|this|these|those[ ](?:people|guys|folks)|btw|lol
      |wtf|ok
      |the[ ](?:article|author|host|guest|interview|memo|crew|latter|former|above|commenters?)
      |(?:piece|essay|episode|op-ed|word)s?|it(?=\W*$) )\b""",
    re.VERBOSE | re.IGNORECASE,
)
_UNITED_STATES = re.compile(r"\bUS\b")
_REPORTS = re.compile(
    r"\b(?:argue[sd]?|said|says|suggest(?:s|ed)?|contend(?:s|ed)?|claim(?:s|ed)?|note[sd]?|"
    r"warn(?:s|ed)?|discuss\w*|"
    r"points? out|push back|cited|draws)\b",
    re.IGNORECASE,
)
_BROKEN = re.compile(r"[\"“”~*#@|\[\]{}<>…]|\.\.|https?:|--|\?|:\s|;")
_TELLS = re.compile(r"^\w+(?:, \w+,)? \w+ed\b")  # "Meta refused": a thing that happened, nothing to dispute
_NOT_ALONE = (_POINTS_OUT, _POINTS_INSIDE, _REPORTS, _BROKEN, _TELLS)
_VERB = re.compile(
    r"\b(?:is|are|was|were|will|won't|would|should|can|cannot|can't|could|may|might|must|has|have|had|"
    r"do|does|did|isn't|aren't|don't|doesn't|needs?|\w+(?:s|ed))\b"
)


def proposition_of(claim: Claim) -> str | None:
    """Give a claim as a thesis: one sentence that stands alone and can be disputed; None if it can't be.

    Openers ("So", "I think that") are dropped. A sentence that points at another one, tells who said
    something, quotes, asks or speaks of the reader or of its author isn't a thesis.

    Examples
    --------
    >>> from claims.ingest import document_from_text
    >>> from claims.pipeline import extract_claims
    >>> document = document_from_text("I think that the controls failed because they help Huawei.", "a")
    >>> proposition_of(extract_claims([document])[0])
    'The controls failed because they help Huawei.'
    """
    plain = " ".join(with_plain_apostrophes(claim.standalone).split())
    opener = _OPENER.match(plain)
    if claim.claim < _LEAST_CLAIM or (opener and _TURNS.search(opener.group())):
        return None
    bare = plain[opener.end() :] if opener else plain
    shown = features(bare)
    if not _FEWEST_WORDS <= len(words_of(bare)) <= _MOST_WORDS or not any(
        each in shown for each in _DISPUTED
    ):
        return None
    if any(each.search(bare) for each in _NOT_ALONE) or not _VERB.search(bare):
        return None
    proposition = bare[:1].upper() + bare[1:].rstrip(" .!,-–—") + "."
    return proposition if is_fit(lint(QuestionText("thesis", proposition))) else None
