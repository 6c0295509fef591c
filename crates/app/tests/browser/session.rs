//! One browser window, driven over WebDriver and, where that has no word for it, the Chrome DevTools protocol.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use ureq::Agent;

use crate::driver::post;

/// WebDriver's code point for the tabulator key.
pub(crate) const TAB: &str = "\u{E004}";

/// Code points for keys that move.
pub(crate) const HOME: &str = "\u{E011}";
pub(crate) const END: &str = "\u{E010}";
pub(crate) const ESCAPE: &str = "\u{E00C}";

/// What the reader's system prefers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ColorScheme {
    Light,
    Dark,
}

/// An open browser window; dropping it closes it.
#[derive(Debug)]
pub(crate) struct Session {
    agent: Agent,
    url: String,
}

impl Drop for Session {
    fn drop(&mut self) {
        // The browser ends with chromedriver at the latest.
        let _ = self.agent.delete(&self.url).call();
    }
}

impl Session {
    pub(crate) fn new(agent: Agent, url: String) -> Self {
        Self { agent, url }
    }

    /// Opens a page and waits until it has loaded.
    pub(crate) fn navigate(&self, url: &str) -> Result<()> {
        self.command("url", &json!({ "url": url })).map(drop)
    }

    /// Runs the body of a function in the page.
    pub(crate) fn execute(&self, script: &str, arguments: &[Value]) -> Result<Value> {
        self.command("execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// Runs the body of a function that calls its last argument when it is done.
    pub(crate) fn execute_async(&self, script: &str, arguments: &[Value]) -> Result<Value> {
        self.command("execute/async", &json!({ "script": script, "args": arguments }))
    }

    /// Number of elements that a selector finds.
    pub(crate) fn count(&self, selector: &str) -> Result<u64> {
        let count =
            self.execute("return document.querySelectorAll(arguments[0]).length", &[selector.into()])?;
        count.as_u64().context("no count")
    }

    /// Presses and releases one key.
    pub(crate) fn press(&self, key: &str) -> Result<()> {
        let strokes = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        let actions = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] });
        self.command("actions", &actions).map(drop)
    }

    /// Types a text, key by key.
    pub(crate) fn type_text(&self, text: &str) -> Result<()> {
        text.chars().try_for_each(|key| self.press(&key.to_string()))
    }

    /// Presses the mouse at a place of the window, moves it to another and lets it go.
    pub(crate) fn drag(&self, from: (i64, i64), to: (i64, i64)) -> Result<()> {
        let moved = |(x, y): (i64, i64)| json!({ "type": "pointerMove", "duration": 0, "x": x, "y": y });
        let strokes = json!([
            moved(from), { "type": "pointerDown", "button": 0 }, moved(to), { "type": "pointerUp", "button": 0 },
        ]);
        let mouse = json!({ "type": "pointer", "id": "mouse", "actions": strokes });
        self.command("actions", &json!({ "actions": [mouse] })).map(drop)
    }

    /// Waits until a script (the body of a function) gives something else than null or false, and gives that.
    pub(crate) fn wait_for(&self, script: &str) -> Result<Value> {
        let look = format!(
            "const done = arguments[0];
            (function look() {{
                const found = (() => {{ {script} }})();
                found ? done(found) : setTimeout(look, 5);
            }})()"
        );
        self.execute_async(&look, &[]).with_context(|| script.to_owned())
    }

    /// Milliseconds from the start of the navigation to the end of its load event.
    pub(crate) fn load_ms(&self) -> Result<f64> {
        let script = "const done = arguments[0];
            (function look() {
                const end = performance.getEntriesByType('navigation')[0].loadEventEnd;
                end > 0 ? done(end) : setTimeout(look, 5);
            })()";
        self.execute_async(script, &[])?.as_f64().context("no load time")
    }

    /// A screen of this width in CSS pixels, without the zooming out that phones do.
    pub(crate) fn set_width(&self, width: u32) -> Result<()> {
        let metrics = json!({ "width": width, "height": 640, "deviceScaleFactor": 2, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics)
    }

    /// A phone four times slower than this machine, on 1.6 Mbit/s with 150 ms, with nothing cached.
    pub(crate) fn act_as_slow_phone(&self) -> Result<()> {
        let metrics = json!({ "width": 360, "height": 640, "deviceScaleFactor": 3, "mobile": true });
        let bytes_per_second = 1_600_000 / 8;
        let network = json!({
            "offline": false,
            "latency": 150,
            "downloadThroughput": bytes_per_second,
            "uploadThroughput": bytes_per_second,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics)?;
        self.devtools("Emulation.setCPUThrottlingRate", &json!({ "rate": 4 }))?;
        self.devtools("Network.enable", &json!({}))?;
        self.devtools("Network.setCacheDisabled", &json!({ "cacheDisabled": true }))?;
        self.devtools("Network.emulateNetworkConditions", &network)
    }

    /// No script of a page runs any more; those of the test still do.
    pub(crate) fn disable_javascript(&self) -> Result<()> {
        self.devtools("Emulation.setScriptExecutionDisabled", &json!({ "value": true }))
    }

    /// Prefers light or dark colours.
    pub(crate) fn prefer(&self, scheme: ColorScheme) -> Result<()> {
        let value = match scheme {
            ColorScheme::Light => "light",
            ColorScheme::Dark => "dark",
        };
        let features = json!([{ "name": "prefers-color-scheme", "value": value }]);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": features }))
    }

    fn devtools(&self, command: &str, parameters: &Value) -> Result<()> {
        let body = json!({ "cmd": command, "params": parameters });
        self.command("goog/cdp/execute", &body).map(drop).with_context(|| command.to_owned())
    }

    fn command(&self, name: &str, body: &Value) -> Result<Value> {
        post(&self.agent, &format!("{}/{name}", self.url), body)
    }
}
