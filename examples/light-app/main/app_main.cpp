// A dimmable light: what it needs to be commissioned, everything else left out.
#include <esp_err.h>
#include <esp_log.h>
#include <esp_matter.h>
#include <nvs_flash.h>

using namespace esp_matter;
using namespace esp_matter::attribute;
using namespace esp_matter::endpoint;

static const char *TAG = "light-app";

static esp_err_t on_attribute(callback_type_t type, uint16_t endpoint_id, uint32_t cluster_id,
                              uint32_t attribute_id, esp_matter_attr_val_t *, void *)
{
    if (type == PRE_UPDATE) {
        ESP_LOGI(TAG, "endpoint %u: cluster 0x%lx, attribute 0x%lx", endpoint_id, (unsigned long)cluster_id,
                 (unsigned long)attribute_id);
    }
    return ESP_OK;
}

extern "C" void app_main()
{
    // The nvs partition is the firmware's own. The factory data lies in fctry, which the providers chosen in
    // sdkconfig.defaults open by themselves.
    ESP_ERROR_CHECK(nvs_flash_init());

    node::config_t node_config;
    node_t *node = node::create(&node_config, on_attribute, nullptr);
    dimmable_light::config_t light_config;
    if (node == nullptr || dimmable_light::create(node, &light_config, ENDPOINT_FLAG_NONE, nullptr) == nullptr) {
        ESP_LOGE(TAG, "no memory for the light");
        return;
    }
    ESP_ERROR_CHECK(esp_matter::start(nullptr));
}
