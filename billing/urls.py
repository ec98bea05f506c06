"""Pages under /<company>/."""

from django.urls import URLPattern, URLResolver, path

from billing.views import books, document, documents, editor, editor_parts, files, products

app_name = "billing"
urlpatterns: list[URLPattern | URLResolver] = [
    path("documents/", documents.index, name="documents"),
    path("documents/new/", editor.new, name="document_new"),
    path("documents/new/totals/", editor_parts.totals, name="document_totals"),
    path("documents/new/terms/", editor_parts.terms, name="document_terms"),
    path("documents/new/line/", editor_parts.line, name="document_line"),
    path("documents/new/products/", editor_parts.products, name="document_products"),
    path("documents/new/clients/", editor_parts.clients, name="document_clients"),
    path("documents/<uuid:document>/", document.show, name="document"),
    path("documents/<uuid:document>/edit/", editor.edit, name="document_edit"),
    path("documents/<uuid:document>/issue/", document.issue, name="document_issue"),
    path("documents/<uuid:document>/void/", document.void, name="document_void"),
    path("documents/<uuid:document>/deliver/", document.deliver, name="document_deliver"),
    path("documents/<uuid:document>/delete/", document.delete, name="document_delete"),
    path("documents/<uuid:document>/pdf/", files.pdf, name="document_pdf"),
    path("documents/<uuid:document>/file/", files.state, name="document_file"),
    path("receivables/", books.receivables, name="receivables"),
    path("books/", books.books, name="books"),
    path("books/prove/", books.prove, name="prove"),
    path("books/journal/", books.journal, name="journal"),
    path("books/journal/<uuid:entry>/", books.entry, name="entry"),
    path("books/balance/", books.balance, name="balance"),
    path("products/", products.index, name="products"),
    path("products/new/", products.new, name="product_new"),
    path("products/<uuid:product>/", products.edit, name="product_edit"),
    path("products/<uuid:product>/archive/", products.archive, name="product_archive"),
    path("products/<uuid:product>/restore/", products.restore, name="product_restore"),
]
