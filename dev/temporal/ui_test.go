package temporal

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func fetch(t *testing.T, req *http.Request) (status int, body, contentType string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b), resp.Header.Get("Content-Type")
}

func get(t *testing.T, url string) (status int, body, contentType string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return fetch(t, req)
}

func TestWebUI(t *testing.T) {
	cfg := onSQLite(t)
	cfg.UIAddr, cfg.Namespace = "127.0.0.1:0", "energy"
	s := start(t, cfg)

	t.Run("page and its script", func(t *testing.T) {
		status, page, contentType := get(t, s.UIURL()+"/")
		if status != http.StatusOK || !strings.HasPrefix(contentType, "text/html") {
			t.Fatalf("%d, %s", status, contentType)
		}
		for _, outside := range regexp.MustCompile(`(?:src|href)="(?:https?:)?//[^"]*"`).FindAllString(page, -1) {
			t.Errorf("the page loads from elsewhere: %s", outside)
		}
		script := regexp.MustCompile(`/_app/[^"]+\.js`).FindString(page)
		if script == "" {
			t.Fatal("the page names no script")
		}
		status, code, contentType := get(t, s.UIURL()+script)
		if status != http.StatusOK || len(code) == 0 || !strings.Contains(contentType, "javascript") {
			t.Errorf("%s: %d, %d bytes, %s", script, status, len(code), contentType)
		}
	})
	t.Run("a link into the namespace", func(t *testing.T) {
		if status, _, _ := get(t, s.UIURL()+"/namespaces/energy/workflows"); status != http.StatusOK {
			t.Error(status)
		}
		status, body, _ := get(t, s.UIURL()+"/api/v1/settings")
		var settings struct {
			DefaultNamespace string
			Version          string
		}
		if err := json.Unmarshal([]byte(body), &settings); err != nil || settings.DefaultNamespace != "energy" {
			t.Errorf("%d, %v: %s", status, err, body)
		}
	})
	t.Run("the server behind it", func(t *testing.T) {
		status, body, _ := get(t, s.UIURL()+"/api/v1/namespaces/energy")
		if status != http.StatusOK || !strings.Contains(body, `"energy"`) {
			t.Errorf("%d: %s", status, body)
		}
	})
	t.Run("no writes from other sites", func(t *testing.T) {
		req, err := http.NewRequest(http.MethodPost, s.UIURL()+"/api/v1/namespaces/energy/workflows/any/terminate", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		if status, body, _ := fetch(t, req); status != http.StatusForbidden {
			t.Errorf("%d: %s", status, body)
		}
	})
}

func TestNoWebUI(t *testing.T) {
	if url := start(t, onSQLite(t)).UIURL(); url != "" {
		t.Errorf("a web UI nobody asked for: %s", url)
	}
}
