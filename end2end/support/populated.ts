// An organisation in which everything has happened once: the pages of a busy day, for scans, outlines and pictures.
import type { Organisation } from "./purser.ts";
import { elin, saltglass } from "./specimens.ts";

export interface Populated extends Organisation {
  approved: string;
  pending: string;
  suspended: string;
  company: string;
  wallet: string;
  transaction: string;
  deposit: string;
}

export async function populate(organisation: Organisation): Promise<Populated> {
  const { api } = organisation;
  const { id: approved } = await api.submits(elin(), { reference: "crm-1001" });
  const { id: suspended } = await api.submits(elin({ "First name": "Ines", "Last name": "Varga", "Expires on": "2021-05-31" }));
  const { id: pending } = await api.names("Tobias", "Okonjo", { email: "tobias@okonjo.example" });
  const { id: company } = await api.posts("/customers", {
    type: "company",
    company: { name: saltglass()["Company name"], registration_number: "UC 0048 2231", incorporation_country: "SE" },
  });
  await api.posts(`/customers/${company}/disable`);
  const wallet = await api.issues(approved);
  await api.issues(approved, "EUR");
  const sender = { name: "Ada Marlowe", bsb: "062-000", account_number: "12345678" };
  const deposit = await api.pays(wallet, 125_000, { sender, reference: "INV 1042" });
  await api.pays(wallet, 99);
  const held = { bsb: wallet.virtual_accounts[0].bsb, account_number: "999999999", amount: 4_200, currency: "AUD" };
  await api.posts("/sandbox/deposits", { ...held, sender, reference: "INV 1043" });
  return {
    ...organisation,
    approved,
    pending,
    suspended,
    company,
    wallet: wallet.id,
    transaction: deposit.wallet_transaction_id,
    deposit: deposit.id,
  };
}

// Every page of the portal: its name, and its address there.
export const PAGES: [string, (populated: Populated) => string][] = [
  ["overview", () => "/"],
  ["customers", () => "/customers"],
  ["customers-filtered", () => "/customers?status=APPROVED&type=company"],
  ["customer-new", () => "/customers/new"],
  ["customer-approved", ({ approved }) => `/customers/${approved}`],
  ["customer-pending", ({ pending }) => `/customers/${pending}`],
  ["customer-suspended", ({ suspended }) => `/customers/${suspended}`],
  ["customer-company", ({ company }) => `/customers/${company}`],
  ["customer-edit", ({ approved }) => `/customers/${approved}/edit`],
  ["wallets", () => "/wallets"],
  ["wallet-new", ({ pending }) => `/wallets/new?customer_id=${pending}`],
  ["wallet", ({ wallet }) => `/wallets/${wallet}`],
  ["wallet-transactions", () => "/wallet-transactions"],
  ["wallet-transaction", ({ transaction }) => `/wallet-transactions/${transaction}`],
  ["deposits", () => "/payins/deposits"],
  ["deposit", ({ deposit }) => `/payins/deposits/${deposit}`],
  ["developers", () => "/developers"],
  ["settings", () => "/settings"],
  ["audit-trail", () => "/settings/audit-trail"],
];
