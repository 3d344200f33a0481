"""Types of public services: the working-day clock, dossiers, the scores of QĐ 766 and DTI, citizens' feedback."""
