// A merchant's own software: the REST API with a key. Tests prepare with it what is not their subject, and compare.
import { randomUUID } from "node:crypto";
import { expect } from "@playwright/test";
import { type Individual, individualBody, specimen } from "./specimens.ts";

export interface Answer {
  status: number;
  // The body as JSON; loosely typed, because tests read only what they are about.
  body: any;
}

export class Api {
  constructor(
    readonly address: string,
    readonly key: string,
  ) {}

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.key}` };
    if (method === "POST") headers["idempotency-key"] = randomUUID();
    const form = body instanceof FormData;
    if (body !== undefined && !form) headers["content-type"] = "application/json";
    const answer = await fetch(`${this.address}/api/v1${path}`, {
      method,
      headers,
      body: body === undefined ? null : form ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
  }

  // A POST that must work.
  async posts(path: string, body?: unknown): Promise<any> {
    const answer = await this.call("POST", path, body);
    expect(answer.status, `POST ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    return answer.body;
  }

  // A GET that must work.
  async gets(path: string): Promise<any> {
    const answer = await this.call("GET", path);
    expect(answer.status, `GET ${path}: ${JSON.stringify(answer.body)}`).toBe(200);
    return answer.body;
  }

  async uploads(file: string): Promise<string> {
    const form = new FormData();
    const { bytes, type } = specimen(file);
    form.append("file", new Blob([bytes], { type }), file);
    return (await this.posts("/documents", form)).id;
  }

  // A customer of whom only the name is known.
  async names(first_name: string, last_name: string, more: object = {}): Promise<any> {
    return this.posts("/customers", { type: "individual", individual: { first_name, last_name }, ...more });
  }

  // A customer with everything, and what the review made of it.
  async submits(person: Individual, more: object = {}): Promise<any> {
    const documents = {
      id_proof: await this.uploads("specimen-passport.png"),
      address_proof: await this.uploads("address-proof.pdf"),
    };
    const { id } = await this.posts("/customers", { ...individualBody(person), documents, ...more });
    await expect.poll(async () => (await this.gets(`/customers/${id}`)).status).not.toBe("UNDER_REVIEW");
    return this.gets(`/customers/${id}`);
  }

  async issues(customer_id: string, currency = "AUD", more: object = {}): Promise<any> {
    return this.posts("/wallets", { customer_id, currency, ...more });
  }

  // Play money for a wallet's account.
  async pays(wallet: any, amount: number, more: object = {}): Promise<any> {
    const virtual_account_id = wallet.virtual_accounts[0].id;
    return this.posts("/sandbox/deposits", { virtual_account_id, amount, currency: wallet.currency, ...more });
  }
}
