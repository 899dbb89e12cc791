"""One's own account: another password, and being logged out everywhere."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_limiter import Limiter
from flask_wtf import FlaskForm
from wtforms import PasswordField, ValidationError
from wtforms.validators import EqualTo, InputRequired, Length

from dashboards import auth
from dashboards.attempts import count_failed
from dashboards.components.states import said
from etl.errors import ArgumentInvalid
from etl.store.warehouse import Warehouse


class PasswordForm(FlaskForm):
    """The password that counts, and the one to come."""

    current = PasswordField("Current password", [InputRequired("Enter your current password."), Length(max=1024)])
    new = PasswordField(
        "New password",
        [Length(min=auth.SHORTEST_PASSWORD, max=1024, message=f"Choose {auth.SHORTEST_PASSWORD} characters or more.")],
    )
    again = PasswordField("New password again", [EqualTo("new", "This is not the same as above.")])

    def validate_new(self, new: PasswordField) -> None:
        """Say what is wrong with a password that would be refused."""
        try:
            auth.hard_enough(_mine().login, _mine().display_name, new.data or "")
        except ArgumentInvalid as error:
            raise ValidationError(said(error)) from error


def pages(limiter: Limiter, warehouse: Warehouse) -> Blueprint:
    """The page ``/account`` and what its buttons do; the door lets nobody in without a login."""
    routes = Blueprint("account", __name__, template_folder="templates")

    @routes.route("/account", methods=["GET", "POST"])
    @limiter.limit(
        "5/minute;30/hour",
        key_func=lambda: f"password {_mine().account_id}",
        methods=["POST"],
    )
    @count_failed(limiter)
    def page() -> Any:
        mine, form, problem, status = _mine(), PasswordForm(), "", 200
        if mine.demo:
            return render_template("account.html", account=mine, form=None)
        if form.validate_on_submit():
            same = auth.log_in(warehouse, mine.login, form.current.data or "", demo=False)
            if same:
                auth.change_password(warehouse, mine, form.new.data or "")
                auth.begin_session(warehouse, mine)
                flash("Your password is changed. You are logged out everywhere else.")
                return redirect(url_for("account.page"))
            problem, status = "That is not your current password.", 401
        return render_template("account.html", account=mine, form=form, problem=problem), status

    @routes.post("/account/logout")
    def everywhere() -> Any:
        auth.end_sessions(warehouse, _mine().login)
        auth.end_session(warehouse)
        flash("You are logged out everywhere.")
        return redirect(url_for("login.page"))

    return routes


def _mine() -> auth.Account:
    mine = auth.who()
    assert mine is not None, "the door lets nobody else in"
    return mine
