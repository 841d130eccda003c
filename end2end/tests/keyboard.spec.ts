// By keyboard alone, from the sign-in page to an approved customer.
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../support/test.ts";
import { elin, path } from "../support/specimens.ts";

// Presses Tab until the focus is there, and sees that it shows.
async function tabsTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) {
      const ring = await target.evaluate((element) => {
        // The ring may be around the label beside a radio button, the input's frame, or the whole row of a link.
        const near = [element, element.parentElement, element.parentElement?.parentElement, element.nextElementSibling];
        return near.some((one) =>
          [null, "::after"].some((part) => {
            if (!one) return false;
            const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one, part);
            return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
          }),
        );
      });
      expect(ring, "the focus can be seen").toBe(true);
      return;
    }
  }
  throw new Error(`no way by Tab to ${target}`);
}

test("sign in, skip to the content, search, open", async ({ merchant, page }) => {
  await merchant.organisation.api.names("Elin", "Nordquist");
  await merchant.opens("/login?next=%2Fcustomers");
  await tabsTo(page, page.getByLabel("Email"));
  await page.keyboard.type(merchant.organisation.email);
  await tabsTo(page, page.getByLabel("Password"));
  await page.keyboard.type(merchant.organisation.password);
  await page.keyboard.press("Enter");
  await expect(merchant.heading("All Customers")).toBeVisible();
  await merchant.hydrated();

  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await tabsTo(page, merchant.row("All Customers", "Elin Nordquist").getByRole("link").first());
  await page.keyboard.press("Enter");
  await expect(merchant.heading("Elin Nordquist")).toBeVisible();
});

test("menus open, shut and give the focus back", async ({ merchant, page }) => {
  await merchant.signsIn("/customers");
  const help = page.locator("summary[aria-label=Help]");
  await tabsTo(page, help);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Quote this organisation id")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByText("Quote this organisation id")).toBeHidden();
  await expect(help).toBeFocused();
});

test("a customer is created without touching the mouse", async ({ merchant, page }) => {
  await merchant.signsIn("/customers/new");
  const person = elin();
  const types = async (label: string, text: string) => {
    await tabsTo(page, page.getByLabel(label, { exact: true }));
    await page.keyboard.type(text);
  };
  // Typed as this browser's language writes a day: month, day, year.
  const day = async (label: string, text: string) => {
    const [year, month, date] = text.split("-");
    await types(label, `${month}${date}${year}`);
    await expect(page.getByLabel(label, { exact: true })).toHaveValue(text);
  };
  const chooses = async (label: string, file: string) => {
    await tabsTo(page, page.getByLabel(label, { exact: true }));
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Enter")]);
    await chooser.setFiles(path(file));
    await expect(merchant.upload(label)).toHaveAttribute("data-state", "present");
  };
  await tabsTo(page, page.getByRole("radio", { name: "Individual" }));
  await page.keyboard.press("Space");
  await types("First name", person["First name"]);
  await types("Last name", person["Last name"]);
  await day("Date of birth", person["Date of birth"]);
  await types("Nationality", person.Nationality);
  await types("Identification type", person["Identification type"]);
  await types("Identification number", person["Identification number"]);
  await day("Expires on", person["Expires on"]);
  await types("Issuing country", person["Issuing country"]);
  await chooses("ID proof", "specimen-passport.png");
  await types("Address line 1", person["Address line 1"]);
  await types("City", person.City);
  await types("State", person.State);
  await types("Postal code", person["Postal code"]);
  await types("Country", person.Country);
  await chooses("Address proof", "address-proof.pdf");
  await types("Account usage purpose", person["Account usage purpose"]);
  await tabsTo(page, page.getByRole("button", { name: "Create customer" }));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/customers\/customer_/);
  await expect(merchant.status).toHaveText("APPROVED");
});

test("a toast waits for the keyboard, and Undo is reached", async ({ merchant, page }) => {
  const { id } = await merchant.organisation.api.names("Elin", "Nordquist");
  await merchant.signsIn(`/customers/${id}`);
  await tabsTo(page, page.getByRole("button", { name: "Disable", exact: true }));
  await page.keyboard.press("Enter");
  await tabsTo(page, page.getByRole("button", { name: "Undo" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Disable", exact: true })).toBeVisible();
});
