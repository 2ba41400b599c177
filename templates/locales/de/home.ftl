home-heading = Sie sind angemeldet
home-person = Angemeldet als **{ $person }**
home-what = Wenn ein Shop oder eine App Geld von Ihrem Konto abbuchen oder Ihnen Geld zahlen möchte, werden Sie hierher geschickt. Sie lesen genau, worum es geht, und genehmigen es oder lehnen es ab.
home-nothing = Auf dieser Seite gibt es nichts zu entscheiden. Wenn ein Shop oder eine App Sie hierher geschickt hat, gehen Sie dorthin zurück und beginnen Sie noch einmal.
home-care = Niemand kann an Ihrer Stelle genehmigen. Wenn eine Nachricht oder ein Anruf Sie auffordert, etwas zu genehmigen, das Sie nicht selbst begonnen haben, lehnen Sie ab.
home-sign-out = Abmelden
