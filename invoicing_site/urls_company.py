"""Settings of a company under /<company>/, in the namespace `office`."""

from django.urls import path

from invoicing_site.views import (
    approval_policies,
    approvals,
    bank_accounts,
    closing,
    company,
    mail,
    mail_settings,
    settings,
)

urlpatterns = [
    path("settings/", settings.index, name="settings"),
    path("settings/company/", company.show, name="settings_company"),
    path("settings/company/edit/", company.edit, name="settings_company_edit"),
    path("settings/company/logo/", company.logo, name="logo"),
    path("settings/company/logo/upload/", company.upload_logo, name="logo_upload"),
    path("settings/company/logo/remove/", company.remove_logo, name="logo_remove"),
    path("settings/bank-accounts/", bank_accounts.index, name="bank_accounts"),
    path("settings/bank-accounts/new/", bank_accounts.new, name="bank_account_new"),
    path("settings/bank-accounts/<uuid:bank_account>/", bank_accounts.edit, name="bank_account_edit"),
    path("settings/bank-accounts/<uuid:bank_account>/archive/", bank_accounts.archive, name="bank_account_archive"),
    path("settings/closing/", closing.close, name="books_close"),
    path("settings/approvals/", approval_policies.index, name="approval_policies"),
    path("settings/approvals/<slug:what>/", approval_policies.edit, name="approval_policy"),
    path("approvals/", approvals.index, name="approvals"),
    path("approvals/<uuid:approval>/", approvals.show, name="approval"),
    path("approvals/<uuid:approval>/approve/", approvals.approve, name="approval_approve"),
    path("approvals/<uuid:approval>/reject/", approvals.reject, name="approval_reject"),
    path("approvals/<uuid:approval>/withdraw/", approvals.withdraw, name="approval_withdraw"),
    path("approvals/<uuid:approval>/carry-out/", approvals.carry_out, name="approval_carry_out"),
    path("settings/mail/", mail_settings.show, name="mail_settings"),
    path("settings/mail/sender/", mail_settings.sender, name="mail_sender"),
    path("settings/mail/<slug:kind>/<slug:language>/", mail_settings.words, name="mail_words"),
    path("settings/mail/<slug:kind>/<slug:language>/reset/", mail_settings.reset, name="mail_words_reset"),
    path("settings/mail/<slug:kind>/<slug:language>/preview/", mail_settings.preview, name="mail_words_preview"),
    path("mail/", mail.index, name="mails"),
    path("mail/<uuid:mail>/", mail.show, name="mail"),
    path("mail/<uuid:mail>/cancel/", mail.undo, name="mail_cancel"),
    path("mail/<uuid:mail>/again/", mail.again, name="mail_again"),
    path("mail/<uuid:mail>/settle/", mail.settle, name="mail_settle"),
    path("mail/addresses/<uuid:stopped_address>/lift/", mail.lift, name="mail_lift"),
]
