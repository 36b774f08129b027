"""Read the arguments of a verb or noun off the dependency parse: passives, relative and control clauses undone.

A role is `subject` or `object` (who does it, to whom, whatever the voice), `indirect`, a preposition ("from"), or, of a
noun, `owner` (possessive), `modifier` (compound) and `holder` (what the noun stands for).
"""

from collections import defaultdict
from collections.abc import Iterator

from spacy.tokens import Token

from ingest.components.clauses import denied_alike
from ingest.rules import load_words

Roles = dict[str, list[Token]]

_OBJECTS = {"dobj", "obj"}
_HEADS = {"xcomp", "advcl", "pcomp", "conj", "ccomp"}


def is_passive(verb: Token) -> bool:
    """Return whether the verb is passive; a participle after its noun ("the set used by") counts."""
    if any(child.dep_ in {"auxpass", "nsubjpass"} for child in verb.children):
        return True
    if verb.tag_ != "VBN" or any(child.dep_ in {"aux", "nsubj"} and child.lemma_ != "be" for child in verb.children):
        return False
    if verb.dep_ == "conj" and verb.head.pos_ in {"VERB", "AUX"} and verb.head.tag_ == "VBN":
        own_object = any(child.dep_ in _OBJECTS for child in verb.children)
        return is_passive(verb.head) and not own_object
    return verb.dep_ in {"acl", "advcl", "relcl", "ROOT", "amod", "prep"} and not any(
        child.dep_ in _OBJECTS for child in verb.children
    )


def verb_roles(verb: Token) -> Roles:
    """Return the arguments of a verb."""
    roles: Roles = defaultdict(list)
    passive = is_passive(verb)
    for child in verb.children:
        _own(child, passive, roles)
    if verb.dep_ == "relcl":
        _relative(verb, passive, roles)
    deep = "object" if passive else "subject"
    if not roles[deep]:
        roles[deep].extend(_borrowed(verb, 0))
    if verb.dep_ == "conj" and verb.head.pos_ == "VERB":
        _shared(verb, roles)
    roles[deep].extend(denied_alike(verb))
    if verb.dep_ in {"amod", "compound"}:
        roles["modified"].append(verb.head)  # "Bergen-based Kestrel", "X, the Bergen-based maker"
        roles["modified"].extend(_holders(verb.head))
    return roles


def _own(child: Token, passive: bool, roles: Roles) -> None:
    words = load_words(child.lang_)
    if child.dep_ in {"nsubj", "nsubjpass"}:
        # A parser that misses the auxiliary of a headline still marks the subject.
        if child.lower_ not in words.relatives or child.head.dep_ != "relcl":
            roles["object" if passive or child.dep_ == "nsubjpass" else "subject"].append(child)
    elif child.dep_ in _OBJECTS:
        if child.lower_ not in words.relatives:
            roles["object"].append(child)
    elif child.dep_ == "dative":
        objects = [grandchild for grandchild in child.children if grandchild.dep_ == "pobj"]
        roles["to" if objects else "indirect"].extend(objects or [child])
    elif child.dep_ == "agent":
        roles["subject"].extend(grandchild for grandchild in child.children if grandchild.dep_ == "pobj")
    elif child.dep_ == "prep":
        _preposition(child, roles)
    elif child.dep_ in {"attr", "oprd", "acomp"}:
        roles["complement"].append(child)
    elif child.dep_ in {"npadvmod", "compound", "nmod", "amod"} and child.pos_ in {"PROPN", "NOUN", "ADJ"}:
        roles["adverb"].append(child)


def _preposition(prep: Token, roles: Roles) -> None:
    role = load_words(prep.lang_).preposition(prep.lower_)
    for child in prep.children:
        if child.dep_ == "pobj":
            roles[role].append(child)
        elif child.dep_ == "prep":  # "from inside the station"
            _preposition(child, roles)
            for inner in child.children:
                if inner.dep_ == "pobj":
                    roles[role].append(inner)
        elif child.dep_ == "conj" and child.pos_ == "ADP":
            _preposition(child, roles)
        elif child.dep_ == "pcomp" and child.pos_ != "VERB":
            roles[role].append(child)
    for child in prep.children:  # "on A and on B"
        if child.dep_ == "conj" and child.dep_ == "prep":
            _preposition(child, roles)


def _relative(verb: Token, passive: bool, roles: Roles) -> None:
    """Put the noun that the clause describes where the clause has its gap."""
    noun = verb.head
    words = load_words(verb.lang_)
    pronouns = [t for t in verb.subtree if t.lower_ in words.relatives and t.tag_ in {"WDT", "WP"}]
    for pronoun in pronouns:
        if pronoun.head == verb and pronoun.dep_ in {"nsubj", "nsubjpass"}:
            roles["object" if passive or pronoun.dep_ == "nsubjpass" else "subject"].append(noun)
            return
        if pronoun.head == verb and pronoun.dep_ in _OBJECTS:
            roles["object"].append(noun)
            return
        if pronoun.dep_ == "pobj" and pronoun.head.head == verb:
            role = words.preposition(pronoun.head.lower_)
            roles[role].append(noun)
            roles[role] = [t for t in roles[role] if t != pronoun]
            return
    stranded = [c for c in verb.children if c.dep_ == "prep" and not any(g.dep_ == "pobj" for g in c.children)]
    if stranded:
        roles[words.preposition(stranded[0].lower_)].append(noun)
    elif roles["subject"] and not roles["object"]:
        roles["object"].append(noun)
    elif not roles["subject"] and not passive:
        roles["subject"].append(noun)


def _borrowed(verb: Token, depth: int) -> list[Token]:
    """Return the subject that a clause without one of its own takes from the clause or noun above it."""
    head = verb.head
    controls = load_words(verb.lang_).object_control
    if depth > 6 or head == verb:
        return []
    if verb.dep_ == "acl":
        if verb.tag_ in {"VBN", "VBG"}:
            return [head]
        return _owner_of(head, depth)
    if verb.dep_ == "pcomp":
        governor = head.head
        if governor.pos_ in {"VERB", "AUX"}:
            return _controller(governor, depth, by_object=governor.lemma_ in controls)
        return _owner_of(governor, depth)
    opening = verb.dep_ == "prep" and verb.tag_ == "VBN" and verb.i < head.i  # "Based in Oslo, X grew."
    if verb.dep_ == "relcl" or head.pos_ not in {"VERB", "AUX"} or not (opening or verb.dep_ in _HEADS):
        return []
    if verb.dep_ == "ccomp" and verb.tag_ not in {"VB", "VBG", "VBN"}:
        return []
    return _controller(head, depth, by_object=verb.dep_ in {"xcomp", "ccomp"} and head.lemma_ in controls)


def _controller(head: Token, depth: int, *, by_object: bool) -> list[Token]:
    passive = is_passive(head)
    if by_object and not passive:
        objects = [child for child in head.children if child.dep_ in {*_OBJECTS, "dative"} and child.pos_ != "VERB"]
        if objects:
            return objects
    found = [child for child in head.children if child.dep_ in {"nsubj", "nsubjpass"}]
    if found:
        if found[0].lower_ in load_words(head.lang_).relatives and head.dep_ == "relcl":
            return [head.head]
        return found
    if head.dep_ == "relcl":
        return [] if any(child.dep_ in {"nsubj", "nsubjpass"} for child in head.children) else [head.head]
    return _borrowed(head, depth + 1)


def _owner_of(noun: Token, depth: int) -> list[Token]:
    """Return whose plan, role or right a clause behind a noun ("the plan to use X") is."""
    owners = [child for child in noun.children if child.dep_ == "poss"]
    if owners:
        return owners
    if noun.dep_ in {*_OBJECTS, "attr", "oprd"} and noun.head.pos_ in {"VERB", "AUX"}:
        return _controller(noun.head, depth + 1, by_object=False)
    if noun.dep_ == "pobj" and noun.head.head.pos_ in {"VERB", "AUX"}:
        return _controller(noun.head.head, depth + 1, by_object=False)
    return []


def _shared(verb: Token, roles: Roles) -> None:
    """Take a prepositional phrase or an object which stands once behind two verbs: "built and sold X to Y"."""
    if roles["object"]:
        return
    for child in verb.head.children:
        if child.dep_ in _OBJECTS and child.i > verb.i:
            roles["object"].append(child)


def noun_roles(noun: Token) -> Roles:
    """Return the arguments of a noun: "Y's purchase of X from Z", "X, a supplier to Y", "X is a supplier to Y"."""
    roles: Roles = defaultdict(list)
    for child in noun.children:
        if child.dep_ == "poss":
            roles["owner"].append(child)
        elif child.dep_ in {"compound", "nmod", "amod"}:
            roles["modifier"].append(child)
        elif child.dep_ in {"prep", "agent"}:
            _preposition(child, roles)
    roles["holder"].extend(_holders(noun))
    return roles


def _holders(noun: Token) -> Iterator[Token]:
    """Yield what a noun stands for: the subject of "is a", the name beside it, the name it modifies."""
    head, words = noun.head, load_words(noun.lang_)
    if noun.dep_ in {"attr", "acomp"} and head.lemma_ in words.copulas:
        found = [child for child in head.children if child.dep_ == "nsubj"]
        if found and found[0].lower_ in words.relatives and head.dep_ == "relcl":
            yield head.head
        elif found:
            yield from found
        else:
            yield from _borrowed(head, 0)
    elif noun.dep_ == "appos" or (noun.dep_ in {"compound", "nmod", "amod"} and noun.i < head.i):
        yield head
    elif noun.dep_ == "conj" and head.pos_ in {"NOUN", "PROPN"}:
        yield from _holders(head)
    elif noun.dep_ == "pobj" and head.lower_ in words.as_ and head.head.pos_ == "VERB":
        yield from verb_roles(head.head)["subject"]
    for child in noun.children:
        if child.dep_ == "appos":
            yield child
