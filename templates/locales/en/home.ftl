home-heading = You are signed in
home-person = Signed in as **{ $person }**
home-what = When a shop or an app asks to take payments from your account, or to pay you, you are sent here. You read exactly what they ask for, and approve or decline.
home-nothing = There is nothing to decide on this page. If a shop or an app sent you here, go back to it and start again.
home-care = Nobody can approve for you. If a message or a caller tells you to approve something that you did not start, decline.
home-sign-out = Sign out
