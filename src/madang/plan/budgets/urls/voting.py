"""Voting: the ballot, its receipt, turnout, paper."""

from django.urls import path

from madang.plan.budgets.views import paper, voting

urlpatterns = [
    path("<int:pk>/ballot/", voting.vote, name="ballot"),
    path("<int:pk>/voter", voting.voter, name="voter"),
    path("<int:pk>/receipt/", voting.receipt, name="receipt"),
    path("<int:pk>/turnout/", voting.turnout, name="turnout"),
    path("<int:pk>/paper/", paper.desk, name="paper"),
    path("<int:pk>/paper/sheets", paper.sheets, name="paper_sheets"),
    path("<int:pk>/paper/sheet", paper.sheet, name="paper_sheet"),
    path("<int:pk>/paper/reading", paper.reading, name="paper_reading"),
    path("<int:pk>/paper/decision", paper.decision, name="paper_decision"),
]
