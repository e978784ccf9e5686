"""How pages reach the browser: hashed files, compression, the page for when there is no network."""
