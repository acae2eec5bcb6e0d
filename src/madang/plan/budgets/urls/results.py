"""Result night: counting, the result and its reasons, minutes, open data."""

from django.urls import path

from madang.plan.budgets.views import results

urlpatterns = [
    path("<int:pk>/count/", results.count, name="count"),
    path("<int:pk>/result/publication", results.publication, name="result_publication"),
    path("<int:pk>/result/", results.result, name="result"),
    path("<int:pk>/result/<int:number>/", results.project, name="result_project"),
    path("<int:pk>/result/mine/", results.mine, name="mine"),
    path("<int:pk>/result/minutes.pdf", results.minutes_page, name="minutes"),
    path("<int:pk>/result/data/", results.data, name="data"),
    path("<int:pk>/result/ballots.pb", results.ballots_pb, name="ballots_pb"),
    path("<int:pk>/result/ballots.csv", results.ballots_csv, name="ballots_csv"),
    path("<int:pk>/result/receipts.txt", results.receipts, name="receipts"),
    path("<int:pk>/result/counts", results.what_if, name="what_if"),
]
