"""Free text of the fictional registrations: harmless, invented, about nobody.

No contract declares these fields, so none of this may ever be found outside the landing folder.
Some of it holds what breaks careless readers: line breaks, delimiters, quotes.
"""

PHRASES = (
    "",
    "",
    "",
    "",
    "Beller wil eerst weten wat 1712 precies doet.",
    "Vraagt naar de openingsuren van de chat.",
    "Fictieve notitie: belt later terug na overleg thuis.",
    "Maakt zich zorgen over de kinderen van hiernaast.",
    "Gesprek over wat men als buur kan doen.",
    "Wil graag anoniem blijven.",
    "Heeft al met de huisarts gesproken.",
    "Werkte eerder samen met een CAW; wil nu meer info.",
    'Zegt: "ik wist niet waar ik anders terechtkon".',
    "Twee vragen:\n1. wat kan school doen;\n2. wie contacteert wie?",
    "Kort gesprek, info over het parket gevraagd",
    "Tram 9 ¾ richting Verzonnendorp reed niet; afspraak verplaatst.",
    "Kreeg het nummer via de affiche in de bib.",
    'Zag "het spotje" op tv; vond het knap gemaakt.',
    "Belt vanop het werk, wordt onderbroken.\nBelt opnieuw na 16 u.",
    "Vraag doorgegeven aan collega; zie nota's van Fien Verzonnen.",
    "Wil weten of een melding altijd naar de politie gaat.",
    "Bedankt ons voor het luisteren.",
    "Geen verdere afspraken.",
    "Zoekt woorden; stiltes in het gesprek.\n\nNam zelf afscheid.",
    "Informatie over time-out; gezinsbond; opvoedingslijn meegegeven.",
    "Adres gevraagd van het VK van provincie Fabelland.",
    "E-mail herhaald: stond in \"spam\"; antwoord alsnog verstuurd.",
    "Vroeg hulp bij het formulier (bijlage ontbreekt).",
    "Test van de nieuwe registratie? Neen, echt gesprek (fictief).",
    "Ça va weer, zei ze — dank u wel.",
)  # fmt: skip

TITLES = (
    "Vraag over een situatie thuis",
    "Bezorgd om iemand",
    "Wat kan ik doen?",
    "Info gevraagd",
    'Re: "uw antwoord"',
    "Hulp nodig; graag antwoord",
    "Melding via de website",
)
