"""What a language has to say: the keys of its words. A key more is one line here and one in each language's file."""

from typing import TypedDict


class Texts(TypedDict):
    """One language. `*_by_country` tables hold what a law fixes word by word; their key "" is the neutral sentence."""

    locale: str
    locale_by_country: dict[str, str]
    kinds: dict[str, str]
    draft: str
    draft_of: str
    page: str
    page_of: str
    number: str
    issue_date: str
    supply_date: str
    supply_period: str
    due_date: str
    customer_number: str
    payment_reference: str
    buyer_reference: str
    purchase_order: str
    contract: str
    operation: str
    operations: dict[str, str]
    delivery_note: str
    project: str
    tax_id_buyer: str
    delivered_to: str
    attention: str
    position: str
    description: str
    quantity: str
    unit_price: str
    discount: str
    tax: str
    amount: str
    sku: str
    service: str
    including_tax: str
    subtotal: str
    charge: str
    net: str
    total: str
    total_gross: str
    tax_on: str
    tax_within: str
    vat: str
    sales_tax: str
    category: dict[str, str]
    reasons: dict[str, str]
    reasons_by_country: dict[str, dict[str, str]]
    small_business_by_country: dict[str, str]
    payment: str
    pay_by: str
    terms_days: str
    terms_at_once: str
    pay_in_parts: str
    account_holder: str
    bank: str
    account_number: str
    routing_number: str
    scan_to_pay: str
    exchange: str
    register: str
    managers: str
    phone: str
    email: str
    website: str
    tax_ids: dict[str, str]
    corrects: str
    replaces: str
    follows: str
    reason: str
    valid_until: str
    deposit_less: str
    deposit_line: str
    rounding: str
    prepaid: str
    withheld: str
    payable: str
    early: str
    credited: str
    not_an_invoice: str
    enclosed: str
    late_payment_by_country: dict[str, str]
    terms_eom: str
    terms_fixed: str
    carried: str
    brought: str
    sku_head: str
    service_head: str
    cost_center: str
    verify: str
    verify_account: str
