// What `purser demo` makes: a busy organisation with people of every role.
import { Api } from "./api.ts";
import type { Populated } from "./populated.ts";
import { type Organisation, type Purser, purser as runs } from "./purser.ts";

export interface Demo extends Populated {
  // The same organisation as somebody else who works there sees it.
  as: (role: "ADMIN" | "DEVELOPER" | "READ_ONLY") => Organisation;
}

export async function demonstrate(purser: Purser): Promise<Demo> {
  const told = JSON.parse(await runs(purser.data, "demo", "--json")) as {
    organisation_id: string;
    email: string;
    password: string;
    api_key: string;
    users: { email: string; password: string; role: string }[];
  };
  const api = new Api(purser.address, told.api_key);
  const organisation: Organisation = {
    id: told.organisation_id,
    name: "Harbour Exchange (demo)",
    email: told.email,
    password: told.password,
    api,
  };
  const first = async (path: string) => (await api.gets(path)).data[0];
  const transaction = await first("/wallet-transactions");
  const customer = async (query: string) => (await first(`/customers?${query}`)).id;
  return {
    ...organisation,
    approved: transaction.customer_id,
    pending: await customer("status=PENDING_INFO&type=individual"),
    suspended: await customer("status=SUSPENDED"),
    company: await customer("type=company&status=APPROVED"),
    wallet: transaction.wallet_id,
    transaction: transaction.id,
    deposit: (await first("/deposits?status=REJECTED")).id,
    as: (role) => {
      const user = told.users.find((user) => user.role === role) ?? told;
      return { ...organisation, email: user.email, password: user.password };
    },
  };
}
