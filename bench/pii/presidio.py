"""Presidio for structured kinds: a blank pipeline, so that nothing is found but by its patterns, check digits and context words.

Each line on the standard input is JSON: texts, and the kinds to look for in them. The answer is one line with the finds of each text,
and the processor time taken.
"""

import json
import sys
import time

import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import AbaRoutingRecognizer

LANGUAGE = "en"

# Its list of domains comes with the package: nothing is fetched.
tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())


class BlankEngine(SpacyNlpEngine):
    """Tokens alone: no model is loaded."""

    def load(self):
        self.nlp = {LANGUAGE: spacy.blank(LANGUAGE)}


engine = BlankEngine(models=[{"lang_code": LANGUAGE, "model_name": "blank"}])
engine.load()
analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=[LANGUAGE])
# It comes with the package and is switched off.
analyzer.registry.add_recognizer(AbaRoutingRecognizer())

for line in sys.stdin:
    asked = json.loads(line)
    texts, entities = asked["texts"], asked["entities"]
    missing = set(entities) - set(analyzer.get_supported_entities())
    if missing:
        sys.exit(f"Presidio has no recognizer of {sorted(missing)}.")
    started = time.process_time()
    found = [analyzer.analyze(text, LANGUAGE, entities=entities) for text in texts]
    cpu_us = (time.process_time() - started) * 1e6
    spans = [
        [{"entity": one.entity_type, "start": one.start, "end": one.end, "score": one.score} for one in finds]
        for finds in found
    ]
    print(json.dumps({"spans": spans, "cpu_us": cpu_us}), flush=True)
