import { chromium } from "@playwright/test";
import { readFileSync } from "node:fs";
const org = JSON.parse(readFileSync("/tmp/cust/org.json","utf8"));
const base = readFileSync("/tmp/cust/out.log","utf8").match(/http:\/\/[^\s]+/)[0];
const js = process.argv[2] !== "nojs";
const b = await chromium.launch({ executablePath: "/usr/bin/chromium" });
const c = await b.newContext({ baseURL: base, javaScriptEnabled: js, viewport: {width:1280,height:900}});
const p = await c.newPage();
p.on("console", m => { if (["error","warning"].includes(m.type())) console.log("console", m.type(), m.text().slice(0,600)); });
p.on("pageerror", e => console.log("pageerror", e.message.slice(0,400)));
p.on("requestfailed", r => console.log("failed", r.url(), r.failure().errorText));
p.on("response", r => { if (r.status()>=400) console.log(r.status(), r.request().method(), r.url()); });
const T = js ? "js" : "nojs";
const shot = (n) => p.screenshot({path:`/tmp/cust/shots/${T}-${n}.png`, fullPage:true});
const hyd = async()=>{ if(js) await p.waitForSelector("html[data-hydrated=true]",{timeout:15000}).catch(e=>console.log("NOT HYDRATED")); };
const step = async (name, f) => { try { await f(); console.log("ok  ", name); } catch (e) { console.log("FAIL", name, e.message.slice(0,500)); await shot("fail-"+name.replace(/\W+/g,"_")); } };
await p.goto("/login?next=/customers"); await hyd();
await p.getByLabel("Email").fill(org.email); await p.getByLabel("Password").fill(org.password); await p.getByRole("button",{name:"Sign in"}).click();
await p.waitForURL(/customers/); await hyd(); await shot("list-empty");
const person = {"First name":"Elin Amalia","Last name":"Nordquist"+T,"Date of birth":"1990-04-17","Identification number":"UT"+T+Date.now(),"Expires on":"2034-09-30","Address line 1":"12 Lantern Street","City":"Perth","State":"WA","Postal code":"6000","Email":"elin@nord.example","Phone":"+61412345678","Reference":"r-"+T+Date.now(),"Description":"</textarea><script>alert(1)</script>"};
const sel = {"Nationality":"SE","Identification type":"passport","Issuing country":"SE","Country":"AU","Account usage purpose":"personal_savings"};
const F="/work/main/end2end/fixtures/";
await step("labels once", async()=>{
  await p.goto("/customers/new"); await hyd(); await shot("new");
  for (const l of [...Object.keys(person),...Object.keys(sel),"ID proof","Address proof","Address line 2","Company name","Registration number","Incorporation country","Incorporation date","Nature of business","Website","Registration document"]) {
    const n = await p.getByLabel(l,{exact:true}).count(); const m = await p.getByLabel(l).count(); if (n!==1) console.log("  label",l,n); if (m!==1) console.log("  (substring)",l,m);
  }
});
await step("individual", async()=>{
  for (const [l,v] of Object.entries(person)) await p.getByLabel(l,{exact:true}).fill(v);
  for (const [l,v] of Object.entries(sel)) await p.getByLabel(l,{exact:true}).selectOption(v);
  await p.getByLabel("ID proof",{exact:true}).setInputFiles(F+"specimen-passport.png");
  await p.getByLabel("Address proof",{exact:true}).setInputFiles(F+"address-proof.pdf");
  if (js) { await p.waitForTimeout(1500); }
  await shot("filled");
  await p.getByRole("button",{name:"Create customer"}).click();
  await p.waitForURL(/customers\/customer_/,{timeout:15000});
  await shot("detail0");
  for (let i=0;i<20 && (await p.getByRole("status").textContent())!=="APPROVED";i++){ await p.waitForTimeout(500); if(!js) await p.reload(); }
  console.log("   status", await p.getByRole("status").textContent());
  await p.waitForTimeout(500); await shot("detail");
});
const url = p.url();
await step("disable", async()=>{
  await p.getByRole("button",{name:"Disable"}).click(); await p.getByRole("button",{name:"Enable"}).waitFor(); await shot("disabled");
  await p.getByRole("button",{name:"Enable"}).click(); await p.getByRole("button",{name:"Disable"}).waitFor();
});
await step("edit", async()=>{
  await p.getByRole("link",{name:"Edit",exact:true}).click(); await p.waitForURL(/edit/); await hyd(); await p.getByLabel("City").waitFor(); await shot("edit");
  if ((await p.getByLabel("Description").inputValue())!==person.Description) console.log("  desc differs", await p.getByLabel("Description").inputValue());
  await p.getByLabel("City").fill("Fremantle"); await p.getByRole("button",{name:"Save changes"}).click(); await p.waitForURL(url,{timeout:10000});
  await p.getByText("Fremantle").first().waitFor(); 
});
await step("refused", async()=>{
  await p.goto("/customers/new"); await hyd();
  await p.getByRole("radio",{name:"Company"}).check();
  await p.getByLabel("Company name").fill(`"><img src=x onerror=alert(1)>`);
  await p.getByLabel("Email",{exact:true}).fill("not an email");
  await p.getByLabel("Nature of business").fill("</textarea><script>alert(1)</script>");
  await p.getByLabel("Registration document").setInputFiles(F+"registration.pdf");
  await p.getByLabel("ID proof",{exact:true}).setInputFiles(F+"blank.png").catch(e=>console.log(e.message));
  if (js) await p.waitForTimeout(1000);
  await p.getByRole("button",{name:"Create customer"}).click();
  await p.getByRole("alert").waitFor(); await shot("refused");
  console.log("  ", (await p.getByRole("alert").innerText()).replaceAll("\n"," | "), p.url());
  if ((await p.getByLabel("Nature of business").inputValue())!=="</textarea><script>alert(1)</script>") console.log("   nature differs");
  await p.getByLabel("Email",{exact:true}).fill("a@b.example");
  await p.getByRole("button",{name:"Create customer"}).click();
  await p.waitForURL(/customers\/customer_/,{timeout:10000}); await p.waitForTimeout(300); await shot("pending");
  console.log("   status", await p.getByRole("status").textContent());
});
await step("list", async()=>{
  await p.goto("/customers"); await hyd(); await shot("list");
  await p.locator(".filter-search input").fill("nordquist"); await p.keyboard.press("Enter"); await p.waitForURL(/q=nordquist/); await p.waitForTimeout(600); await shot("search");
  console.log("  rows", await p.locator("tbody tr").count(), p.url());
  await p.getByRole("link",{name:"Clear filters"}).click(); await p.waitForTimeout(800); console.log("  rows", await p.locator("tbody tr").count(), "q:", await p.locator(".filter-search input").inputValue());
  await p.locator("summary",{hasText:"Columns"}).click(); await p.getByRole("checkbox",{name:"Is Enabled"}).uncheck(); await shot("columns"); await p.getByRole("button",{name:"Apply"}).last().click(); await p.waitForTimeout(800);
  console.log("  columns", await p.getByRole("columnheader").allInnerTexts());
  await p.locator("summary",{hasText:"Columns"}).click(); await p.getByRole("checkbox",{name:"Is Enabled"}).check(); await p.locator("details[open] button").click(); await p.waitForTimeout(500);
});
await step("csv", async()=>{ const r = await c.request.get(base+"/customers.csv?q=nord"); console.log("  ", r.status(), r.headers()["content-type"], (await r.text()).split("\n").slice(0,3)); });
await step("delete", async()=>{
  await p.goto("/customers?status=PENDING_INFO"); await hyd(); await p.locator("tbody tr").first().click(); if(!js) await p.waitForTimeout(500); await p.waitForURL(/customer_/); await p.getByText("Delete this customer").click(); await shot("delete"); await p.getByRole("button",{name:/^Delete /}).click(); await p.waitForURL(/customers(\?.*)?$/); 
});
if (js) for (const [w,s] of [[360,"light"],[360,"dark"],[1280,"dark"]]) {
  await p.setViewportSize({width:w,height:800}); await p.emulateMedia({colorScheme:s});
  for (const [n,u] of [["list","/customers"],["new","/customers/new"],["detail",url]]) { await p.goto(u); await hyd(); await p.waitForTimeout(300); await shot(`${n}-${w}-${s}`); const o=await p.evaluate(()=>document.documentElement.scrollWidth-document.documentElement.clientWidth); if(o>0) console.log("overflow",n,w,o); }
}
await b.close();
