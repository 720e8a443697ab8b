"""Sendsay, by its API of actions: questions of a questionnaire, lists, segments and drafts."""
