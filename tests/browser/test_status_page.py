"""Status, as an operator reads it."""

from datetime import date

from playwright.sync_api import expect

from dashboards.pages import status


def test_the_page_shows_tables_books_and_what_was_refused(browser_page, catalogue):
    catalogue.execute("UPDATE core.video SET synthetic = TRUE WHERE video_id = 'v1'")
    page = browser_page().log_in("olga", "/status")
    expect(page.locator(".answer")).to_have_text(
        "Data through 2 Jan 2026: 4 tracks, 4 of them comparable, and 4 TikTok videos. 5 rows refused."
    )
    tables = page.get_by_role("region", name="Tables")
    expect(tables.get_by_role("row", name="TikTok videos")).to_contain_text("2 Jan 2026")
    expect(tables.get_by_role("row", name="Genres")).to_contain_text("not loaded yet")
    assert tables.get_by_role("columnheader").all_inner_texts()[1:3] == ["Rows", "Synthetic"]
    assert tables.get_by_role("row", name="TikTok videos").get_by_role("cell").all_inner_texts()[1:3] == ["4", "1"]
    assert tables.get_by_role("row", name="Genres").get_by_role("cell").all_inner_texts()[1:3] == ["4", "–"]
    load = page.get_by_role("region", name="Last loads").get_by_role("row").nth(1)
    assert load.get_by_role("cell").all_inner_texts()[1:7] == ["2 Jan 2026", "1\u202f234", "1\u202f200", "20", "9", "5"]
    expect(load.get_by_role("img")).to_have_accessible_name("1\u202f200 inserted, 20 updated, 9 unchanged, 5 refused")
    expect(page.locator(".refused")).to_contain_text("field_missing")
    expect(page.locator(".refused")).to_contain_text("posts.ndjson")
    catalogue.execute(
        "INSERT INTO ops.check (checked_at, clip_id, track_id, day, extractor, deviation, number, withheld)"
        " VALUES ('2026-01-03T03:00Z', 'z', 3, '2026-01-02', 'e', 3.14e-05, 'chroma_stft_kurtosis_07', false)"
    )
    page.reload()
    expect(page.get_by_text("Features checked against librosa on 2 Jan 2026")).to_have_text(
        "Features checked against librosa on 2 Jan 2026: 1 clip, largest deviation 3.1e-05"
        " (chroma_stft_kurtosis_07 of the clip of track 3); 0 withheld."
    )


def test_before_the_first_load_the_page_says_that_the_refresh_is_running(browser_page, warehouse):
    page = browser_page().log_in("olga", "/status")
    expect(page.locator(".answer")).to_have_text("The first refresh is running. Tables fill as its jobs finish.")
    expect(page.get_by_text("No load has finished yet.")).to_be_visible()
    expect(page.get_by_text("Nothing was refused: every row that came in was good.")).to_be_visible()
    expect(page.get_by_text("None was checked yet: the first night that describes clips does it.")).to_be_visible()


def test_the_page_looks_again_by_itself_without_moving(browser_page, catalogue, monkeypatch):
    monkeypatch.setattr(status, "LOOK_AGAIN_MS", 300)
    page = browser_page(height=500).log_in("olga", "/status")
    page.evaluate("window.scrollTo(0, 250)")
    catalogue.execute("INSERT INTO core.artist (artist_id, name, day) VALUES (1, 'The Lanterns', '2026-01-02')")
    expect(page.get_by_role("row", name="Artists").get_by_role("cell").nth(1)).to_have_text("1")
    assert page.evaluate("window.scrollY") == 250


def test_an_operator_asks_for_the_next_night_and_sees_what_becomes_of_it_without_a_reload(
    browser_page, catalogue, monkeypatch
):
    monkeypatch.setattr(status, "LOOK_AT_NIGHT_MS", 300)
    catalogue.execute("INSERT INTO app.night (day, begun_at, ended_at) VALUES ('2020-12-21', now(), now())")
    page = browser_page().log_in("olga", "/status")
    night = page.locator(".night")
    expect(night).to_contain_text("The last night, 21 Dec 2020, was done just now.")
    button = night.get_by_role("button")
    button.press("Enter")
    expect(night).to_contain_text("Asked for: 22 Dec 2020.")
    expect(button).to_be_disabled()
    assert catalogue.query("SELECT day, wanted_by FROM app.night WHERE ended_at IS NULL") == [
        {"day": date(2020, 12, 22), "wanted_by": "olga"}
    ]
    catalogue.execute("UPDATE app.night SET begun_at = now() WHERE ended_at IS NULL")
    expect(night).to_contain_text("Running: 22 Dec 2020.")
    catalogue.execute("UPDATE app.night SET ended_at = now(), failed = '{match_tracks}' WHERE ended_at IS NULL")
    expect(night).to_contain_text("22 Dec 2020 failed in match_tracks; its log is in Airflow.")
    expect(button).to_have_text("Run it again")
    button.click()
    expect(night).to_contain_text("Asked for: 22 Dec 2020.")
    catalogue.execute("UPDATE app.night SET begun_at = now(), ended_at = now() WHERE ended_at IS NULL")
    expect(night).to_contain_text("The last night, 22 Dec 2020, was done just now.")
    expect(button).to_have_text("Next night")


def test_who_is_no_operator_sees_no_button(browser_page, catalogue):
    page = browser_page().log_in("ada", "/status")
    expect(page.locator(".answer")).to_contain_text("Data through")
    expect(page.locator(".night")).to_have_count(0)
