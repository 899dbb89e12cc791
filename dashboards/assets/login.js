/* The demo's logins fill the form; a second click, on the button, sends it. */
for (const button of document.querySelectorAll("[data-login]")) {
  button.addEventListener("click", () => {
    document.getElementById("login").value = button.dataset.login;
    document.getElementById("password").value = button.dataset.password;
    document.querySelector("button[type=submit]").focus();
  });
}
