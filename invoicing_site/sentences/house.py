"""Sentences about people, clients, mail, the portal."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "field.invalid": "%(problem)s",
    "not_found": _("This no longer exists. Go back to the list and open it again."),
    "delivery.not_dead": _("Only a dead letter can be replayed; this delivery is still being worked on or done."),
    # mail
    "mail.address": _("Enter a valid e-mail address."),
    "mail.gone": _("This e-mail is already on its way and cannot be called back."),
    "mail.still_going": _("This e-mail has not been sent yet. Wait until it has, or cancel it."),
    "mail.not_again": _("What this e-mail said was for once only. Start anew where it came from."),
    "mail.not_uncertain": _("Only an e-mail that was perhaps sent is settled by hand."),
    "mail.not_sent": _("This e-mail has not been sent, so nothing can have come back."),
    "mail.stopped": _("We no longer write to this address. Lift the stop to send again."),
    "mail.lost": _("The connection broke right at the end: perhaps it was sent, perhaps not."),
    "mail.gave_up": _("Sending was interrupted too often."),
    "mail.did_not_arrive": _("Somebody said that it did not arrive."),
    "mail.not_ready": _("It waits until its attachment is made."),
    "mail.throttled": _("It waits its turn: many e-mails go to the same provider."),
    "mail.broken_letter": _(
        "It could not be written. It will be tried again; if it stays so, tell the operator of this site."
    ),
    # approvals
    "approval.needed": _("%(what)s: a second person must agree to this. Ask for approval."),
    "approval.waiting": _("A second person was asked and has not decided yet. It can be done once they approve."),
    "approval.not_yet": _(
        "You approved this alone, so it waits 24 hours: it can be done from %(at)s. The owners were told by e-mail."
    ),
    "approval.not_needed": _("This needs no approval any more. Do it."),
    "approval.closed": _("This request is no longer open. Go back to the list of approvals."),
    "approval.own": _("Nobody decides on their own request. Ask somebody else who may approve, or withdraw it."),
    "approval.amount": _("Enter an amount of zero or more, with no more decimals than the currency has."),
    "address.reason": _("Say why we no longer write to this address."),
    "address.not_stopped": _("We already write to this address."),
    # clients
    "client.number_taken": _("Another client already has this number. Choose a different one."),
    "client.tax_id": _("This is not a valid %(scheme)s. Check the digits; one looks like %(example)s."),
    "client.twice": _("This is listed twice. Keep one of the two rows."),
    "client.external_id_taken": _("Another client already has this id in that system."),
    "client.archived": _("This client is archived. Restore it first."),
    "client.changed": _("Somebody changed this client meanwhile. Look at the newer version, then save again."),
    "client.einvoice": _("Choose a kind of electronic invoice from the list."),
    "endpoint.scheme": _("Say which register the electronic address is from."),
    "endpoint.value": _("Enter the electronic address, or choose no register."),
    # portal and links
    "link.purpose": _("Choose what the link is for."),
    "link.days": _("A link is valid for one day at least and %(most)s days at most."),
    "portal.email": _("Enter a valid e-mail address."),
    "portal.name": _("Enter a name of at most %(most)s characters, on one line."),
    "portal.granted": _("%(email)s may see this client's documents already."),
    "portal.code": _("This code is wrong or no longer good. Check the digits, or ask for another code."),
    "mail.access_ended": _("The access to the portal was ended before this e-mail was sent."),
    # people and access
    "form.no_key": _("This form is incomplete. Reload the page and send it again."),
    "role.unknown": _("Choose one of the roles in the list."),
    "role.not_allowed": _("Your role does not allow this. Ask an owner of the company."),
    "person.deactivated": _("Your account is no longer active. Ask the platform admin."),
    "invitation.email": _("Enter a valid e-mail address."),
    "invitation.open": _("%(email)s already has an open invitation. Revoke it first, then invite again."),
    "invitation.closed": _("This invitation was used, revoked or has expired. Ask the owner for a new one."),
    "invitation.other_person": _("This invitation is for another e-mail address. Sign out, then open the link again."),
    "invitation.sign_in": _("An account with this e-mail address exists. Sign in with it, then open the link again."),
    "member.already": _("%(email)s is already a member of this company."),
    "member.expiry": _("The last day must be today or later."),
    "member.ended": _("This membership has already ended."),
    "member.last_owner": _("A company needs an owner whose membership has no end. Make somebody else an owner first."),
    "member.successor": _("Choose another current member who may edit documents to take over the work."),
    "member.elsewhere": _("This person also works for other companies. Only the platform admin can do this."),
    "member.self": _("Nobody does this for themselves. Ask another owner or the platform admin."),
    "person.password": _("%(problem)s"),
    "person.name": _("Enter a name of at most 150 characters."),
    "person.language": _("Choose one of the languages in the list."),
    "person.inactive": _("This account is already deactivated."),
    "person.sole_admin": _("This is the only platform admin. Appoint another one first."),
    "person.sole_owner": _("This person is the only owner of %(company)s. Appoint another owner first."),
    "person.no_factor": _("This person has no second factor to reset."),
    "reason.missing": _("Give a reason; it stays in the history."),
    "glass.hours": _("Access is opened for at least one hour and at most %(most)s."),
    "company.slug": _(
        "Choose another address: lower-case letters, digits and hyphens, and not one the site uses itself."
    ),
}
