//! Has the built-in rules embedded anew when a rule file comes, changes or goes.

fn main() {
    println!("cargo:rerun-if-changed=rules");
}
