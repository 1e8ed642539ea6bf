"""What the web server imports."""

from app.care import start

app = start()
