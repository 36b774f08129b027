"""The learned extractor: one small encoder with several heads, trained on annotated passages and run without torch."""
