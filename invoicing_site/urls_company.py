"""Settings of a company under /<company>/, in the namespace `office`."""

from django.urls import path

from invoicing_site.views import bank_accounts, closing, company, settings

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
]
