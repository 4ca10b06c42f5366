"""The pages of the core itself: sign-in, home, the password, and the page that is not there."""
