// People, companies and papers that do not exist, for every test.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface Individual {
  "First name": string;
  "Last name": string;
  "Date of birth": string;
  Nationality: string;
  "Identification type": string;
  "Identification number": string;
  "Issuing country": string;
  "Expires on": string;
  "Account usage purpose": string;
  "Address line 1": string;
  City: string;
  State: string;
  "Postal code": string;
  Country: string;
  Email: string;
  Phone: string;
}

export interface Company extends Individual {
  "Company name": string;
  "Registration number": string;
  "Incorporation country": string;
  "Nature of business": string;
}

let papers = 0;

// By the labels of the form. Each has a paper of her own: the same one twice is a matter for the review.
export function elin(change: Partial<Individual> = {}): Individual {
  papers += 1;
  return {
    "First name": "Elin Amalia",
    "Last name": "Nordquist",
    "Date of birth": "1990-04-17",
    Nationality: "Sweden",
    "Identification type": "Passport",
    "Identification number": `UT${4_930_176 + papers}`,
    "Issuing country": "Sweden",
    "Expires on": "2034-09-30",
    "Account usage purpose": "Personal savings",
    "Address line 1": "12 Lantern Street",
    City: "Fremantle",
    State: "WA",
    "Postal code": "6160",
    Country: "Australia",
    Email: "elin@nordquist.example",
    Phone: "+61 412 345 678",
    ...change,
  };
}

export function saltglass(change: Partial<Company> = {}): Company {
  return {
    ...elin({
      "First name": "Tobias",
      "Last name": "Okonjo",
      "Date of birth": "1984-11-02",
      "Identification type": "Driver licence",
      "Expires on": "2033-03-04",
      "Account usage purpose": "Collections",
    }),
    "Company name": "Saltglass Instruments Limited",
    "Registration number": "UC 0048 2231",
    "Incorporation country": "Sweden",
    "Nature of business": "Makes lenses for lighthouses",
    ...change,
  };
}

const COUNTRIES: Record<string, string> = { Sweden: "SE", Australia: "AU" };
const PURPOSES: Record<string, string> = { "Personal savings": "personal_savings" };
const PAPERS: Record<string, string> = { Passport: "passport" };

// The same person as the REST API takes her.
export function individualBody(person: Individual): object {
  return {
    type: "individual",
    individual: {
      first_name: person["First name"],
      last_name: person["Last name"],
      date_of_birth: person["Date of birth"],
      nationality: COUNTRIES[person.Nationality],
      identification: {
        type: PAPERS[person["Identification type"]],
        number: person["Identification number"],
        issuing_country: COUNTRIES[person["Issuing country"]],
        expires_on: person["Expires on"],
      },
    },
    address: {
      line1: person["Address line 1"],
      city: person.City,
      state: person.State,
      postal_code: person["Postal code"],
      country: COUNTRIES[person.Country],
    },
    account_usage_purpose: PURPOSES[person["Account usage purpose"]],
    email: person.Email,
    phone: person.Phone,
  };
}

export function path(file: string): string {
  return fileURLToPath(new URL(`../fixtures/${file}`, import.meta.url));
}

export function specimen(file: string): { bytes: Buffer<ArrayBuffer>; type: string } {
  const type = file.endsWith(".pdf") ? "application/pdf" : file.endsWith(".png") ? "image/png" : "image/jpeg";
  return { bytes: readFileSync(path(file)) as Buffer<ArrayBuffer>, type };
}
