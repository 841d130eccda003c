//! Makes sure that the folder with the site's files exists, so that the server can be checked and tested on its own:
//! the files come from `make build`, which fills the folder before it compiles the release.

fn main() -> std::io::Result<()> {
    let site = std::path::Path::new("../target/site");
    std::fs::create_dir_all(site)?;
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", site.display());
    Ok(())
}
