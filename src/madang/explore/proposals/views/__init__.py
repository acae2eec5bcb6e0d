"""The pages of proposals, themes and the officer's desk."""
