from django.http import HttpResponse
def tile_map(request): return HttpResponse("map")
def place(request, code): return HttpResponse(code)
